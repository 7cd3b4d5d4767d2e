// SPDX-License-Identifier: Apache-2.0

extension Engine {
    /// What a container wrote so far, up to `limit` bytes of each stream, from its last `lines` on.
    public func log(
        of container: String, lines: Int? = nil, limit: Int = 1 << 20
    ) throws(EngineError) -> KeptOutput {
        var kept = KeptOutput(limit: limit)
        try channel.frames(logCall(container, follows: false, lines: lines)) { stream, bytes in
            kept.receive(stream, bytes)
            return true
        }
        return kept
    }

    /// Hands on what a container wrote and what it writes, until it ends or `body` returns false.
    ///
    /// Bytes are valid during the call only.
    public func followLog(
        of container: String, _ body: (OutputStream, RawSpan) -> Bool
    ) throws(EngineError) {
        try channel.frames(logCall(container, follows: true, lines: nil).with(patience: 0), body)
    }

    private func logCall(_ container: String, follows: Bool, lines: Int?) -> EngineCall {
        EngineCall(
            .get, ["containers", .name(container), "logs"],
            query: [
                ("stdout", "1"), ("stderr", "1"), ("follow", follows ? "1" : "0"),
                ("tail", lines.map { "\(max(0, $0))" }),
            ], step: "reading the log of container '\(container)'", of: (.container, container))
    }
}
