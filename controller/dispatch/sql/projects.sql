-- Projects: what tasks work for. Nothing takes one away, so what a task names is always there.

-- Writes a project: `data` replaces what was there, and makes the project where there is none; `patch` changes what there is. `version` says
-- what the caller has seen, 0 for nothing. With a fence, the task that is held says which project is meant. What changes nothing is no change.
-- Answers the project before and after, or a refusal.
create or replace function write_project(p_org text, p_name text, p_write json, p_fence json, p_bytes int) returns json language plpgsql as $$
declare v_name text := p_name; v_before project; v_after project; v_seen int := (p_write ->> 'version')::int;
begin
  perform from org where name = p_org for update;
  if not found then return refusal('FW_NOT_FOUND', format('There is no org ''%s''', p_org)); end if;
  if p_fence is not null then
    select t.project into v_name from lease l cross join lateral (select project from task where task.id = l.task offset 0) t
      where l.task = (p_fence ->> 'task')::uuid and l.attempt = (p_fence ->> 'attempt')::int and l.token = (p_fence ->> 'token')::uuid
        and l.org = p_org;
    if not found then return refusal('FW_FENCE_STALE', 'The task is held by another attempt, or has ended; stop working on it'); end if;
    if v_name is null then return refusal('FW_NOT_FOUND', 'The task that you work on is of no project'); end if;
  end if;
  select * into v_before from project where org = p_org and name = v_name;
  if not found and p_write -> 'data' is null then
    return refusal('FW_NOT_FOUND', format('Org ''%s'' has no project ''%s''', p_org, v_name));
  end if;
  if v_seen <> coalesce(v_before.version, 0) then
    return refusal('FW_STATE_CONFLICT', format('Project ''%s'' is at version %s by now, and not at %s; read it again, and decide anew', v_name,
      coalesce(v_before.version, 0), v_seen));
  end if;

  v_after.title := coalesce(p_write ->> 'title', v_before.title);
  v_after.data := coalesce((p_write -> 'data')::jsonb, merge_patch(v_before.data, coalesce((p_write -> 'patch')::jsonb, '{}')));
  if octet_length(v_after.data::text) > p_bytes then
    return refusal('FW_TOO_LARGE', format('The data would be %s bytes long and may be %s; keep a reference to it instead',
      octet_length(v_after.data::text), p_bytes), '/data');
  end if;
  if (v_after.title, v_after.data) is distinct from (v_before.title, v_before.data) then
    insert into project (org, name, title, data) values (p_org, v_name, v_after.title, v_after.data)
      on conflict (org, name) do update set title = excluded.title, data = excluded.data, version = project.version + 1,
        updated_at = clock_timestamp();
    -- Who works for it was told something else.
    insert into event (org, task, attempt, kind, seq, data)
      select p_org, t.id, l.attempt, 'project', v_before.version + 1, json_build_object('name', v_name, 'version', v_before.version + 1)
      from agent a cross join lateral (select task, attempt from lease where lease.address = a.address offset 0) l
      cross join lateral (select id from task where task.id = l.task and project = v_name offset 0) t where a.org = p_org;
  end if;
  return json_build_object('before', case when v_before.name is not null then json_build_object('title', v_before.title, 'data', v_before.data)
    end, 'after', show_project(p_org, v_name, false));
end $$;

-- As RFC 7396 has it. What is below is as deep as a message may be.
create or replace function merge_patch(p_target jsonb, p_patch jsonb) returns jsonb language plpgsql immutable as $$
declare v_target jsonb := case when jsonb_typeof(p_target) = 'object' then p_target else '{}' end;
begin
  if jsonb_typeof(p_patch) <> 'object' then return p_patch; end if;
  return (select coalesce(jsonb_object_agg(key, value), '{}') from (
    select key, value from jsonb_each(v_target) where not p_patch ? key
    union all select key, merge_patch(v_target -> key, value) from jsonb_each(p_patch) where jsonb_typeof(value) <> 'null') m);
end $$;

-- A project as the contract has it, without its data when `p_brief`.
create or replace function show_project(p_org text, p_name text, p_brief boolean) returns json language sql stable as $$
  select (jsonb_build_object('name', name, 'title', title, 'version', version, 'createdAt', iso(created_at), 'updatedAt', iso(updated_at),
      'cost', (select coalesce(sum(cost), 0) from usage where usage.org = p_org and usage.project = p_name))
    || case when p_brief then '{}' else jsonb_build_object('data', data) end)::json
  from project where org = p_org and name = p_name;
$$;
