-- The second wall between orgs. What people read and change is done as the role `fleetwright_org`, which sees the rows of one org only: that of
-- the setting `fleetwright.org`. Without the setting it sees nothing. The owner of the tables sees everything: the task path works on calls of
-- many orgs in one statement.
do $$
declare v_table text;
begin
  if not exists (select from pg_roles where rolname = 'fleetwright_org') then
    begin
      create role fleetwright_org nologin;
    exception when duplicate_object or unique_violation then null; -- another database of this server had the same idea
    end;
  end if;
  if not pg_has_role(current_user, 'fleetwright_org', 'member') then
    execute format('grant fleetwright_org to %I', current_user);
  end if;
  execute format('grant usage on schema %I to fleetwright_org', current_schema());

  for v_table in select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and c.column_name = 'org' and t.table_type = 'BASE TABLE' loop
    execute format('create policy own_org on %I using (org = current_setting(''fleetwright.org'', true))', v_table);
  end loop;
  create policy own_org on org using (name = current_setting('fleetwright.org', true));
  create policy own_org on budget using (split_part(owner, '/', 1) = current_setting('fleetwright.org', true));
  create policy own_org on budget_slice using (split_part(owner, '/', 1) = current_setting('fleetwright.org', true));
  create policy own_org on queue using (split_part(address, '/', 1) = current_setting('fleetwright.org', true));
  -- These two ask the policy of the table that they name.
  create policy own_org on need using (exists (select from task where task.id = need.task));
  create policy own_org on log using (exists (select from task where task.id = log.task));
  create policy own_org on run_step using (exists (select from run where run.id = run_step.run));

  for v_table in select tablename from pg_policies where schemaname = current_schema() and policyname = 'own_org' loop
    execute format('alter table %I enable row level security', v_table);
    execute format('grant select, insert, update, delete on %I to fleetwright_org', v_table);
  end loop;
  grant select on fleet_version to fleetwright_org;
exception when insufficient_privilege then
  raise exception using message = format('The user ''%s'' of the database may not make the role that keeps orgs apart', current_user),
    hint = format('Run once as a user who may: create role fleetwright_org nologin; grant fleetwright_org to %I;', current_user);
end $$;
