"""The pipeline that every tenant begins with (contract, section 3). In SQL, so that new schemas get it with the rest."""

from django.db import migrations

PIPELINE = """
    INSERT INTO crm_pipeline (name, is_default, position)
    SELECT 'Pipeline de Ventas', true, 0 WHERE NOT EXISTS (SELECT 1 FROM crm_pipeline)
"""
STAGES = """
    INSERT INTO crm_stage (pipeline_id, name, type, color, default_probability, position)
    SELECT p.id, s.name, s.type, s.color, s.probability, s.position
      FROM (SELECT id FROM crm_pipeline WHERE is_default) AS p,
           (VALUES ('Prospecto', 'open', '#6B7280', 10, 1), ('Contactado', 'open', '#3B82F6', 25, 2),
                   ('Propuesta', 'open', '#F59E0B', 50, 3), ('Negociacion', 'open', '#8B5CF6', 75, 4),
                   ('Ganado', 'won', '#10B981', 100, 5), ('Perdido', 'lost', '#EF4444', 0, 6))
             AS s (name, type, color, probability, position)
     WHERE NOT EXISTS (SELECT 1 FROM crm_stage)
     ORDER BY s.position
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_pipelines_and_deals")]

    operations = [
        migrations.RunSQL(PIPELINE, migrations.RunSQL.noop),
        migrations.RunSQL(STAGES, migrations.RunSQL.noop),
    ]
