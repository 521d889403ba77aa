import type { Migration } from './migration.ts'

/** The first form of the project: objects in chunks, studies, models, masks, maps, measurements, jobs, audit log. */
export const first: Migration = {
  version: 1,
  name: 'first',
  sql: `
CREATE TABLE project (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  made_by TEXT NOT NULL,
  pseudonym_secret BLOB NOT NULL,
  change_counter INTEGER NOT NULL,
  clean INTEGER NOT NULL CHECK (clean IN (0, 1)),
  last_backup_at TEXT
) STRICT;

CREATE TABLE objects (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  damaged TEXT
) STRICT;

CREATE TABLE chunks (
  object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  first_byte INTEGER NOT NULL,
  raw_bytes INTEGER NOT NULL,
  packed_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  data BLOB,
  PRIMARY KEY (object_id, number)
) STRICT;
CREATE INDEX chunks_outside ON chunks (sha256) WHERE data IS NULL;

CREATE TABLE studies (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  code TEXT NOT NULL UNIQUE,
  patient_code TEXT NOT NULL,
  date TEXT,
  description TEXT NOT NULL,
  cohort TEXT NOT NULL,
  split TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE series (
  id TEXT PRIMARY KEY,
  study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  key TEXT NOT NULL UNIQUE,
  number INTEGER,
  modality TEXT NOT NULL,
  description TEXT NOT NULL,
  source TEXT NOT NULL,
  file_count INTEGER NOT NULL,
  findings TEXT NOT NULL
) STRICT;
CREATE INDEX series_study ON series (study_id);

CREATE TABLE volumes (
  id TEXT PRIMARY KEY,
  series_id TEXT NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
  object_id INTEGER NOT NULL REFERENCES objects (id),
  thumbnail BLOB,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX volumes_series ON volumes (series_id);
CREATE INDEX volumes_study ON volumes (study_id);
CREATE INDEX volumes_object ON volumes (object_id);

CREATE TABLE models (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  record TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE model_files (
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  main INTEGER NOT NULL CHECK (main IN (0, 1)),
  object_id INTEGER NOT NULL REFERENCES objects (id),
  PRIMARY KEY (model_id, name)
) STRICT;
CREATE INDEX model_files_object ON model_files (object_id);

CREATE TABLE masks (
  id TEXT PRIMARY KEY,
  volume_id TEXT NOT NULL REFERENCES volumes (id) ON DELETE CASCADE,
  reader TEXT NOT NULL,
  origin TEXT NOT NULL,
  segments TEXT NOT NULL,
  nothing_to_mark INTEGER NOT NULL CHECK (nothing_to_mark IN (0, 1)),
  last_sequence INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  added_at TEXT NOT NULL
) STRICT;
CREATE INDEX masks_volume ON masks (volume_id);

CREATE TABLE mask_versions (
  mask_id TEXT NOT NULL REFERENCES masks (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  saved_at TEXT NOT NULL,
  comment TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  counts TEXT NOT NULL,
  through_sequence INTEGER NOT NULL,
  object_id INTEGER NOT NULL REFERENCES objects (id),
  PRIMARY KEY (mask_id, version)
) STRICT;
CREATE INDEX mask_versions_object ON mask_versions (object_id);

CREATE TABLE mask_snapshots (
  mask_id TEXT PRIMARY KEY REFERENCES masks (id) ON DELETE CASCADE,
  through_sequence INTEGER NOT NULL,
  object_id INTEGER NOT NULL REFERENCES objects (id)
) STRICT;
CREATE INDEX mask_snapshots_object ON mask_snapshots (object_id);

CREATE TABLE mask_strokes (
  mask_id TEXT NOT NULL REFERENCES masks (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  box TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  raw_bytes INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (mask_id, sequence)
) STRICT;

CREATE TABLE maps (
  key TEXT PRIMARY KEY,
  volume_id TEXT NOT NULL REFERENCES volumes (id) ON DELETE CASCADE,
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  method TEXT NOT NULL,
  record TEXT NOT NULL,
  object_id INTEGER NOT NULL REFERENCES objects (id),
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX maps_volume ON maps (volume_id);
CREATE INDEX maps_model ON maps (model_id);
CREATE INDEX maps_object ON maps (object_id);

CREATE TABLE measurements (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  map_key TEXT NOT NULL REFERENCES maps (key) ON DELETE CASCADE,
  metric TEXT NOT NULL,
  mask_id TEXT REFERENCES masks (id) ON DELETE CASCADE,
  record TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX measurements_map ON measurements (map_key);
CREATE INDEX measurements_mask ON measurements (mask_id);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  request TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_state ON jobs (state);

CREATE TABLE scans (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
`,
}
