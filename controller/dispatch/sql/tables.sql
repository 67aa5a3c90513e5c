-- The tables of the task path. A task's place is its state: a row in `queue` is queued, one in `lease` is claimed or running, and one in
-- neither is waiting, paused or has ended, as `task.state` says. Hot tables stay small, and no index carries history.
-- Money is in millionths of a US dollar. An owner of budgets is an org ('acme') or an agent's address ('acme/coder').

create table org (
  name text primary key,
  max_running int not null,
  running int not null default 0 check (running >= 0), -- ready rows in `queue`, and leases
  paused boolean not null,                              -- by fleet.json
  held boolean not null default false,                  -- by a person
  removed boolean not null default false                -- no longer in fleet.json
) with (fillfactor = 50);

create table agent (
  address text primary key,
  org text not null references org,
  name text not null,
  skills text[] not null,
  max_running int not null,
  running int not null default 0 check (running >= 0),
  queued int not null default 0 check (queued >= 0), -- rows in `queue` that are not ready
  paused boolean not null,
  held boolean not null default false,
  removed boolean not null default false,
  task_budget bigint not null,
  attempts int not null,
  lease_seconds int not null,
  deadline_seconds int,
  tell_failures int not null, -- these four: when people are told, see escalation.sql
  tell_percent int not null,
  silent_seconds int not null,
  approval_seconds int not null,
  sub_tasks json, -- default limits of what its tasks may plan
  spec json not null
) with (fillfactor = 50);
create index agent_org on agent (org);

create table budget (
  owner text not null,
  span text not null check (span in ('day', 'month', 'rolling', 'total')),
  amount bigint not null,
  top_up bigint not null default 0,
  spent bigint not null default 0,
  reserved bigint not null default 0 check (reserved >= 0), -- ready rows in `queue`, and leases
  zone text not null,
  seconds int,
  ends timestamptz not null default 'infinity', -- of a calendar window
  primary key (owner, span)
) with (fillfactor = 50);

-- What was spent in a piece of a rolling window; it counts until `ends`.
create table budget_slice (
  owner text not null,
  ends timestamptz not null,
  spent bigint not null,
  top_up bigint not null default 0,
  primary key (owner, ends)
);

create table task (
  id uuid primary key,
  seq bigint generated always as identity,
  org text not null,
  address text not null,
  key text,
  digest text not null, -- of the request, to tell a repeated call from a reused key
  title text not null,
  input json,
  state text not null default 'waiting', -- 'open' while in `queue` or `lease`
  waits_for text,
  due timestamptz, -- when waiting ends by itself
  wait_key text,
  signal json,
  priority smallint not null,
  budget bigint not null, -- 0: none of its own
  cost bigint not null default 0,
  cost_before bigint not null default 0, -- what it had cost when a person retried it; its budget counts from there
  attempt int not null default 0,
  failures int not null default 0,
  retries int not null default 0, -- by people
  attempts int not null,
  pending int not null default 0, -- needs that are not met
  has_needs boolean not null default false,
  has_questions boolean not null default false,
  not_before timestamptz,
  approval json, -- a person's consent, without which it does not start
  parent uuid,
  project text, -- what it works for, as all of its sub-tasks do
  holds_place boolean not null default false, -- one of the parent's `sub_parallel`
  sub_count int not null default 0,
  sub_made int not null default 0,
  sub_depth int not null default 0,
  sub_parallel int,
  sub_running int not null default 0,
  sub_budget bigint,
  sub_planned bigint not null default 0,
  session text,
  deadline_seconds int,
  result json,
  reason text,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
) with (fillfactor = 80);
create unique index task_key on task (org, key) where key is not null;
create index task_list on task (org, seq);
create index task_parent on task (parent) where parent is not null;
create index task_due on task (due) where due is not null;
create index task_wait on task (org, wait_key) where wait_key is not null;

create table queue (
  task uuid primary key,
  seq bigint not null,
  address text not null,
  priority smallint not null,
  amount bigint, -- to reserve, or once ready: reserved; null: all that the limits leave
  ready boolean not null default false
);
create index queue_backlog on queue (address, priority desc, seq) where not ready;
create index queue_ready on queue (address, priority desc, seq) where ready;

-- The row is the fence. No index on `until`, so that heartbeats touch no index; the table is small.
create table lease (
  task uuid primary key,
  org text not null,
  address text not null,
  attempt int not null,
  token uuid not null,
  amount bigint not null, -- reserved
  cost bigint not null default 0,
  seconds int not null,
  since timestamptz not null default clock_timestamp(),
  until timestamptz not null,
  deadline timestamptz not null,
  started boolean not null default false,
  look_at timestamptz not null default 'infinity', -- whether it has been heard of
  tell_cost bigint, -- what it may cost before people are told
  rest boolean not null default false, -- a person wants it to pause
  worker text
) with (fillfactor = 50);
create index lease_address on lease (address);

create table need (
  needed uuid not null,
  task uuid not null,
  name text,
  on_failure text not null, -- 'cancel', 'skip', 'run'; 'wait' and 'waited': see wait.sql
  settled boolean not null default false,
  primary key (needed, task)
);
create index need_task on need (task);

-- What happened. The unique index is the exactly-once record of an attempt's claim and end. `tx` and `id` order what readers see: a row is
-- shown once no older transaction can still add one before it.
create table event (
  tx xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  org text not null,
  task uuid not null,
  attempt int not null,
  kind text not null,
  seq int not null default 0,
  at timestamptz not null default clock_timestamp(),
  token uuid,
  data json
);
create unique index event_once on event (task, attempt, kind, seq);
create index event_order on event (org, tx, id);

create table log (
  tx xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  task uuid not null,
  attempt int not null,
  seq int not null,
  stream text not null,
  text text not null,
  late boolean not null,
  at timestamptz not null default clock_timestamp(),
  primary key (task, attempt, seq)
);
create index log_order on log (task, tx, id);

-- How large the logs of a task are, and whether they have been forgotten.
create table log_size (
  task uuid primary key,
  org text not null,
  bytes bigint not null,
  gone boolean not null default false
) with (fillfactor = 80);
create index log_size_org on log_size (org);

-- Up to which transaction events of an org may be missing.
create table forgotten (
  org text primary key,
  tx bigint not null
);

create table usage (
  org text not null,
  agent text not null,
  task uuid not null,
  project text, -- of the task, which may be forgotten
  attempt int not null,
  model text not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cost bigint not null,
  at timestamptz not null default clock_timestamp(),
  primary key (task, attempt, model)
);
create index usage_org on usage (org, at);
create index usage_project on usage (org, project) include (cost) where project is not null;

-- What tasks work for, and what they have to know of it.
create table project (
  org text not null,
  name text not null,
  title text not null,
  data jsonb not null,
  version int not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (org, name)
);

create table question (
  id uuid primary key default gen_random_uuid(),
  org text not null,
  task uuid not null,
  key text not null,
  kind text not null,
  text text not null,
  options json,
  subject text,
  state text not null default 'open',
  told boolean not null default false, -- that nobody answers
  asked_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  fallback json,
  answer json,
  answered_by text,
  answered_at timestamptz,
  unique (task, key)
);
create index question_open on question (org, asked_at) where state = 'open';
create index question_due on question (expires_at) where state = 'open' and expires_at is not null;

create table signal (
  id bigint generated always as identity primary key,
  org text not null,
  key text not null,
  data json,
  at timestamptz not null default clock_timestamp()
);
create index signal_key on signal (org, key, at);

-- Who does the background work. The term counts up with every new holder, so that an old one is known by its number.
create table leader (
  name text primary key,
  holder text not null,
  term bigint not null,
  until timestamptz not null
);

-- Which fleet.json was in force from when on.
create table fleet_version (
  id bigint generated always as identity primary key,
  digest text not null, -- SHA-256 of its text
  at timestamptz not null default clock_timestamp()
);

-- Runs of pipelines, and the task of each step.
create table run (
  id uuid primary key,
  org text not null,
  pipeline text not null,
  key text,
  digest text not null, -- of the request, to tell a repeated call from a reused key
  title text not null,
  started_by text not null,
  created_at timestamptz not null default clock_timestamp()
);
create unique index run_key on run (org, key) where key is not null;

create table run_step (
  run uuid not null,
  at int not null,
  step text not null,
  task uuid not null,
  primary key (run, at)
);
create index run_step_task on run_step (task);

-- What came from outside, by the sender's id and by what was signed, so that neither counts twice.
create table delivery (
  org text not null,
  trigger text not null,
  id text not null,
  digest text,
  outcome text not null,
  detail text,
  run uuid,
  task uuid,
  at timestamptz not null default clock_timestamp(),
  primary key (org, trigger, id)
);
create unique index delivery_digest on delivery (org, trigger, digest) where digest is not null;
create index delivery_list on delivery (org, trigger, at);
create index delivery_at on delivery (at);

-- How far each schedule has come, and the task or run that it began last.
create table cron (
  org text not null,
  name text not null,
  last timestamptz not null default clock_timestamp(),
  task uuid,
  run uuid,
  primary key (org, name)
);
