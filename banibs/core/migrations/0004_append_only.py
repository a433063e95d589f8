"""The event log is append-only: the database refuses to change or remove what happened."""

from django.db import migrations

GUARD = """
CREATE FUNCTION banibs_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'BN001';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_event
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
"""
BACK = "DROP TRIGGER event_append_only ON core_event; DROP FUNCTION banibs_append_only();"


class Migration(migrations.Migration):
    dependencies = [("core", "0003_constraints")]
    operations = [migrations.RunSQL(GUARD, BACK)]
