"""Search knows no accents, and has words to compare a misspelt one with; a shop has a time zone."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions
from django.db import migrations, models

FOLD = r"""
CREATE FUNCTION banibs_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $fold$
SELECT replace(replace(replace(replace(translate(
         regexp_replace(lower(normalize($1, NFKD)),
           '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u00ad\u200b-\u200f\u2060\ufeff]',
           '', 'g'),
         'ɔɛɖɗɓƒɣŋɩʋƙƴŧøłđħıəǝςʼ’‘ʻʹ', 'oeddbfgniukytoldhieeσ'''''''''''),
       'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$fold$
"""
TRIGRAMS = """
CREATE FUNCTION banibs_trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $trigrams$
SELECT array_agg(DISTINCT substr('  ' || $1 || ' ', at, 3)) FROM generate_series(1, length($1) + 1) AS at
$trigrams$
"""
WORDS = """
INSERT INTO marketplace_searchword (word, trigrams)
SELECT word, banibs_trigrams(word)
  FROM (SELECT DISTINCT regexp_split_to_table(banibs_fold(t.words), '[^[:alpha:]]+') AS word
          FROM (SELECT title AS words FROM marketplace_product WHERE status = 'active'
                UNION ALL SELECT name FROM marketplace_seller WHERE status = 'active') t) found
 WHERE length(word) BETWEEN 3 AND 40
"""


def folded(column):
    return models.Func(column, function="banibs_fold", output_field=models.TextField())


def vector(*columns, **options):
    return django.contrib.postgres.search.SearchVector(*map(folded, columns), config="english", **options)


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0010_file_scan")]

    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION banibs_fold(text)"),
        migrations.RunSQL(TRIGRAMS, "DROP FUNCTION banibs_trigrams(text)"),
        migrations.RemoveIndex(model_name="product", name="product_search"),
        migrations.RemoveIndex(model_name="product", name="product_title_begins"),
        migrations.RemoveIndex(model_name="seller", name="seller_search"),
        migrations.RemoveField(model_name="product", name="search"),
        migrations.AddField(
            model_name="product",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=vector("title", weight="A") + vector("summary", weight="B"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="product_search"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(folded("title"), name="text_pattern_ops"),
                name="product_title_folded",
            ),
        ),
        migrations.AddIndex(
            model_name="seller",
            index=django.contrib.postgres.indexes.GinIndex(
                vector("name", "tagline", "city"), name="seller_search_folded"
            ),
        ),
        migrations.AddIndex(
            model_name="seller",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(folded("name"), name="text_pattern_ops"),
                name="seller_name_folded",
            ),
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                (
                    "trigrams",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["trigrams"], name="search_word_trigrams")
                ]
            },
        ),
        migrations.AddField(
            model_name="seller",
            name="timezone",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=40, verbose_name="time zone"
            ),
        ),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
    ]
