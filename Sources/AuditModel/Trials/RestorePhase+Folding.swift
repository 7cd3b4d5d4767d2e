// SPDX-License-Identifier: Apache-2.0

extension [RestorePhase] {
    /// With one of each name, where the first of them stood: its seconds and bytes are those of all.
    public var folded: [RestorePhase] {
        reduce(into: []) { folded, phase in
            guard let index = folded.firstIndex(where: { $0.name == phase.name }) else {
                return folded.append(phase)
            }
            folded[index].seconds += phase.seconds
            if let bytes = phase.bytes {
                let (sum, overflow) = (folded[index].bytes ?? 0).addingReportingOverflow(bytes)
                folded[index].bytes = overflow ? .max : sum
            }
        }
    }
}
