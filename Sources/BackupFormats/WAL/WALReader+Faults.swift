// SPDX-License-Identifier: Apache-2.0

// What becomes of a fault: it is kept where recovery needs the WAL, and ends the reading either way.
extension WALReader {
    mutating func stop(
        _ kind: WALFault.Kind, _ name: WALFileName, _ lsn: LogSequenceNumber, _ expected: String,
        _ found: String
    ) -> Bool {
        if isBeyond {
            beyond =
                beyond
                ?? WALFault(kind: kind, segment: name, position: lsn, expected: expected, found: found)
            return stop()
        }
        // Without a range nobody knows where WAL that counts ends, so its end is no fault.
        if ranges != nil || isStrict || kind == .foreign { fault(kind, name, lsn, expected, found) }
        return stop()
    }

    mutating func stopEmpty(from lsn: LogSequenceNumber) -> Bool {
        emptyFrom = lsn
        return stop()
    }

    mutating func stop() -> Bool {
        progress = .done
        record = nil
        return false
    }

    mutating func fault(
        _ kind: WALFault.Kind, _ name: WALFileName, _ lsn: LogSequenceNumber, _ expected: String,
        _ found: String
    ) {
        guard faults.count < 100 else { return }
        faults.append(WALFault(kind: kind, segment: name, position: lsn, expected: expected, found: found))
    }
}
