-- The rights that sync_assets needs in the database of the tutorial application.
--
-- Run it as an administrator of the database, once, and again after each upgrade of the application:
--
--   psql "$ADMIN_URL" --set ON_ERROR_STOP=1 --set application=NAME_OF_THE_APPLICATIONS_ROLE --file deploy/grants.sql
--
-- It makes two roles. `sync_assets` is for everything that runs; it cannot change a table's columns. With
-- `sync_assets_migration` you run `sync-assets migrate`, and nothing else: it acts as the application's role, which owns
-- the tables that a migration changes, so that the application can still alter them in its next upgrade.
-- Both are made without a password: give each one with \password sync_assets, \password sync_assets_migration.
-- The schema adm is made here where it is not there yet. Tables that a later migration makes get their rights by
-- themselves.

set sync_assets.application = :'application';

do $$
declare
    application text := current_setting('sync_assets.application');
    ids text;
begin
    if not exists (select from pg_roles where rolname = 'sync_assets') then
        create role sync_assets login;
    end if;
    if not exists (select from pg_roles where rolname = 'sync_assets_migration') then
        create role sync_assets_migration login;
    end if;
    execute format('grant %I to sync_assets_migration', application);
    execute format('alter role sync_assets_migration in database %I set role to %I', current_database(), application);
    execute format('create schema if not exists adm authorization %I', application);
    execute format('grant create, usage on schema adm to %I', application);
    -- What the application and our migrations will make.
    execute format('alter default privileges for role %I in schema acted grant select on tables to sync_assets',
        application);
    execute format(
        'alter default privileges for role %I in schema adm grant select, insert, update, delete on tables '
        'to sync_assets', application);
    execute format('alter default privileges for role %I in schema adm grant usage on sequences to sync_assets',
        application);
    -- Ids are identity columns, or those of a sequence where the application is older.
    ids := pg_get_serial_sequence('public.auth_user', 'id');
    if ids is not null then
        execute format('grant usage on sequence %s to sync_assets', ids);
    end if;
end $$;

grant usage on schema acted, adm to sync_assets;

-- All tables of the application are read: before an event is deleted, whatever refers to it is looked for.
grant select on all tables in schema acted to sync_assets;
grant usage on all sequences in schema acted to sync_assets;

-- What an import writes.
grant insert, update, delete on acted.tutorial_events, acted.tutorial_sessions, acted.tutorial_session_instructors
    to sync_assets;

-- What the decision create_tutorial inserts; the people behind the instructors are users of the application.
grant insert on acted.tutorial_course_templates, acted.tutorial_locations, acted.tutorial_venues,
    acted.tutorial_instructors, acted.staff to sync_assets;
grant select, insert on public.auth_user to sync_assets;

-- The bridge.
grant select, insert, update, delete on all tables in schema adm to sync_assets;
grant usage on all sequences in schema adm to sync_assets;
