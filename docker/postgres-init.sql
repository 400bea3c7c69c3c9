-- Roles and database of an empty PostgreSQL; run once, by psql, as its superuser.
-- Each password is that of the address in the role's secret file.
\set owner_password `sed 's|^[^:]*://[^:]*:\([^@]*\)@.*|\1|' /run/secrets/database_owner_url`
\set app_password `sed 's|^[^:]*://[^:]*:\([^@]*\)@.*|\1|' /run/secrets/database_app_url`
\set auth_password `sed 's|^[^:]*://[^:]*:\([^@]*\)@.*|\1|' /run/secrets/database_auth_url`
\set audit_password `sed 's|^[^:]*://[^:]*:\([^@]*\)@.*|\1|' /run/secrets/database_audit_url`
\set jobs_password `sed 's|^[^:]*://[^:]*:\([^@]*\)@.*|\1|' /run/secrets/database_jobs_url`

create role sinduk_owner login createrole nosuperuser nocreatedb nobypassrls password :'owner_password';
create role sinduk_app login nosuperuser nocreatedb nocreaterole nobypassrls noinherit password :'app_password';
create role sinduk_auth login nosuperuser nocreatedb nocreaterole nobypassrls noinherit password :'auth_password';
create role sinduk_audit login nosuperuser nocreatedb nocreaterole nobypassrls noinherit password :'audit_password';
create role sinduk_jobs login nosuperuser nocreatedb nocreaterole nobypassrls noinherit password :'jobs_password';

create database sinduk owner sinduk_owner template template0;

revoke connect on database postgres, template1 from public;
