-- What one would write with a database instead: a row that says what is so, a row per event, and one
-- function per command that checks the stage and writes both. Less than Huiyin keeps: no deadlines'
-- warnings, no load figures, no text search, no answer to a repeated command.
CREATE TABLE matter (
  id text PRIMARY KEY,
  version integer NOT NULL,
  stage text NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  station text NOT NULL,
  region text NOT NULL,
  organ text,
  class text,
  result text,
  due timestamptz,
  changed timestamptz NOT NULL
);
CREATE INDEX matter_stage ON matter (stage, changed);
CREATE INDEX matter_organ ON matter (organ, stage) WHERE organ IS NOT NULL;
CREATE INDEX matter_station ON matter (station, changed);
CREATE INDEX matter_due ON matter (due) WHERE due IS NOT NULL;

CREATE TABLE event (
  sequence bigserial PRIMARY KEY,
  matter text NOT NULL,
  version integer NOT NULL,
  type text NOT NULL,
  actor text NOT NULL,
  recorded timestamptz NOT NULL DEFAULT clock_timestamp(),
  data jsonb NOT NULL,
  UNIQUE (matter, version)
);

CREATE FUNCTION record(of_matter text, at_version integer, of_type text, with_data jsonb)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO event (matter, version, type, actor, data)
  VALUES (of_matter, at_version, of_type, 'deputy-1', with_data);
$$;

-- Locks the matter and refuses a command that its stage does not allow; its next version.
CREATE FUNCTION expect(of_matter text, in_stage text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
  SELECT version, stage INTO STRICT found FROM matter WHERE id = of_matter FOR UPDATE;
  IF found.stage <> in_stage THEN
    RAISE EXCEPTION 'not open in stage %', found.stage;
  END IF;
  RETURN found.version + 1;
END $$;

CREATE FUNCTION collect(new_title text, new_body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE new_id text := gen_random_uuid()::text;
BEGIN
  INSERT INTO matter (id, version, stage, title, body, station, region, changed)
  VALUES (new_id, 1, 'collected', new_title, new_body, 'station-1', '431002', now());
  PERFORM record(new_id, 1, 'collected',
                 jsonb_build_object('title', new_title, 'body', new_body, 'channel', 'in-person'));
  RETURN new_id;
END $$;

CREATE FUNCTION accept(of_matter text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE next integer := expect(of_matter, 'collected');
BEGIN
  UPDATE matter SET version = next, stage = 'accepted', changed = now() WHERE id = of_matter;
  PERFORM record(of_matter, next, 'accepted', '{}');
END $$;

CREATE FUNCTION hand_off(of_matter text, lead text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE next integer := expect(of_matter, 'accepted');
BEGIN
  UPDATE matter SET version = next, stage = 'handed-off', organ = lead,
         due = now() + interval '3 months', changed = now() WHERE id = of_matter;
  PERFORM record(of_matter, next, 'handed-off', jsonb_build_object('lead', lead));
END $$;

CREATE FUNCTION reply(of_matter text, with_class text, with_text text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE next integer := expect(of_matter, 'handed-off');
BEGIN
  UPDATE matter SET version = next, stage = 'replied', class = with_class, due = NULL,
         changed = now() WHERE id = of_matter;
  PERFORM record(of_matter, next, 'replied',
                 jsonb_build_object('class', with_class, 'text', with_text));
END $$;

CREATE FUNCTION rate(of_matter text, with_result text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE next integer := expect(of_matter, 'replied');
BEGIN
  UPDATE matter SET version = next, stage = 'rated', result = with_result, changed = now()
  WHERE id = of_matter;
  PERFORM record(of_matter, next, 'rated', jsonb_build_object('result', with_result));
END $$;
