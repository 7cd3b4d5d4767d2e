// SPDX-License-Identifier: Apache-2.0

extension EngineChannel {
    /// Hands on what a program writes, until the stream ends or `body` returns false.
    ///
    /// Where the engine cannot say how long a stream is, one that breaks off between two frames looks as if it had ended:
    /// who must know asks the engine afterwards.
    func frames(_ call: EngineCall, _ body: (OutputStream, RawSpan) -> Bool) throws(EngineError) {
        var frames = StreamFrames()
        var goesOn = true
        try stream(call) { bytes throws(EngineError) in
            do throws(StreamFrames.Fault) {
                try frames.receive(bytes) { stream, piece in if goesOn { goesOn = body(stream, piece) } }
            } catch {
                throw .misbehaving(call.step, reason: "its stream of output is none")
            }
            return goesOn
        }
        guard goesOn else { return }
        do throws(StreamFrames.Fault) { try frames.finish() } catch {
            throw .connectionLost(call.step, reason: "its output ends in the middle")
        }
    }
}
