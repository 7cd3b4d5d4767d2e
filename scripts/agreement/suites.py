# SPDX-License-Identifier: Apache-2.0
"""The files of PostgreSQL's src/test/recovery/t, what is made anew of each, and why of others nothing is."""
from . import contents, ends, targets, timelines

# File, scenario, whether pages have checksums.
SCENARIOS = [
    ("003_recovery_targets", targets.recovery_targets, True),
    ("004_timeline_switch", timelines.failovers, True),
    ("008_fsm_truncation", contents.free_space_map, True),
    ("009_twophase", targets.two_phase, True),
    ("012_subtransactions", targets.subtransactions, True),
    ("014_unlogged_reinit", contents.unlogged, True),
    ("016_min_consistency", timelines.backup_of_standby, True),
    ("018_wal_optimize", contents.skipped_wal, True),
    ("023_pitr_prepared_xact", targets.prepared_at_target, True),
    ("024_archive_recovery", targets.archive_recovery, True),
    ("025_stuck_on_old_timeline", timelines.history_only, True),
    ("026_overwrite_contrecord", ends.overwritten_record, True),
    ("028_pitr_timelines", timelines.several_timelines, True),
    ("032_relfilenode_reuse", contents.reused_numbers, True),
    ("033_replay_tsp_drops", contents.dropped_tablespaces, True),
    ("033_replay_tsp_drops", contents.dropped_tablespaces_logged, True),
    ("033_replay_tsp_drops", contents.dropped_in_place, True),
    ("033_replay_tsp_drops", contents.later_tablespace, True),
    ("034_create_database", contents.new_databases, True),
    ("036_truncated_dropped", contents.shrinking_relations, False),
    ("037_invalid_database", contents.invalid_databases, True),
    ("039_end_of_wal", ends.one_page, True),
    ("039_end_of_wal", ends.two_pages, True),
    ("039_end_of_wal", ends.split_header, True),
    ("042_low_level_backup", contents.low_level, True),
    ("043_no_contrecord_switch", timelines.page_boundary, True),
    ("045_archive_restartpoint", targets.restartpoints, True),
    ("050_redo_segment_missing", ends.missing_segments, True),
]

LEFT_OUT = [
    ("001_stream_rep", "streaming"),
    ("002_archiving", "a standby's `archive_cleanup_command` and `recovery_end_command`, which no restore runs; the recovery from an archive is in 003"),
    ("005_replay_delay", "`recovery_min_apply_delay`, pausing of a standby"),
    ("006_logical_decoding, 010, 035, 038, 040", "logical decoding and replication slots, which no base backup holds"),
    ("007_sync_rep", "streaming"),
    ("013_crash_restart, 022, 029, 030", "a running server: restarts after a crash, temporary files, statistics"),
    ("015_promotion_pages", "promotion of a standby that streams"),
    ("017_shm", "shared memory of a running server"),
    ("019_replslot_limit, 044, 046, 047", "replication slots"),
    ("020_archive_status", "a copy of a crashed server's files, which is no base backup; archiving of a standby"),
    ("021_row_visibility", "what is seen on a standby while it replays"),
    ("027_stream_regress", "streaming; the contents of the regression tests"),
    ("031_recovery_conflict", "queries on a standby"),
    ("041_checkpoint_at_promote, 043_vacuum_horizon_floor, 048", "promotion and vacuum of running servers, held at injection points"),
    ("049_wait_for_lsn, 051 and later", "of PostgreSQL 19, and about standbys, logical decoding and running servers"),
]
