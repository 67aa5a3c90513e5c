-- Who may call, and what callers did.

create table token (
  id text primary key,
  org text not null,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'admin', 'worker')),
  agents text[] not null, -- for which a worker may claim
  hash text not null,     -- SHA-256 of the whole token
  created_by text,        -- id of a token; null for the first one of an org
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz,
  expires_at timestamptz  -- of a session
);
-- The program makes the first token of an org, once, however many of them start.
create unique index token_first on token (org) where created_by is null;

-- Codes for signing in, each good for one session.
create table sign_in_code (
  hash text primary key, -- SHA-256 of the code
  org text not null,
  name text not null,
  role text not null,
  made_by text not null, -- id of a token; without it, the code is worth nothing
  expires_at timestamptz not null
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  org text not null,
  token text not null,
  name text not null,
  operation text not null,
  target text not null,
  about text[] not null, -- ids of tasks
  change json, -- before and after
  status int not null,
  request text not null
);
create index audit_org on audit (org, id);
create index audit_time on audit (org, at);

-- A function, so that its plan is made once.
create function record_audit(p_entries json) returns void language plpgsql as $$
begin
  insert into audit (org, token, name, operation, target, about, change, status, request)
    select org, token, name, operation, target, array(select json_array_elements_text(about)), change, status, request from json_to_recordset(p_entries)
      as e(org text, token text, name text, operation text, target text, about json, change json, status int, request text);
end $$;

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log is only ever added to';
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function refuse_audit_change();
create trigger audit_never_emptied before truncate on audit for each statement execute function refuse_audit_change();
