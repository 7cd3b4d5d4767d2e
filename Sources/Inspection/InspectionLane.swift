// SPDX-License-Identifier: Apache-2.0

/// Takes an object's contents apart while its bytes come in: on a thread beside the reading one while there
/// are cores for it, else in the reading thread.
public struct InspectionLane: ~Copyable {
    private enum Place {
        case nowhere
        case here(ObjectInspector)
        case beside(InspectionThread)
    }

    private let place: Place
    private let room: InspectionRoom

    /// Without an order nothing is taken apart; a thread is started here, where there is a core for it and it pays.
    public init(_ order: InspectionOrder?, in room: InspectionRoom) {
        self.room = room
        guard let order else {
            place = .nowhere
            return
        }
        let hasCore = room.enter()
        let inspector = order.inspector()
        let thread = hasCore && order.isWorthAThread ? InspectionThread(inspector) : nil
        place = thread.map(Place.beside) ?? .here(inspector)
    }

    deinit {
        switch place {
        case .nowhere: break
        case .here: room.leave()
        case .beside(let thread):
            thread.end()
            room.leave()
        }
    }

    /// Takes the next bytes of the object, as it is stored; waits while the other thread is too far behind.
    public func receive(_ bytes: RawSpan) {
        switch place {
        case .nowhere: break
        case .here(let inspector): inspector.receive(bytes)
        case .beside(let thread): thread.receive(bytes)
        }
    }

    /// What the contents are, after the last byte; waits for the other thread when there is one.
    public func finish() -> ObjectContents? {
        switch place {
        case .nowhere: nil
        case .here(let inspector): inspector.finish()
        case .beside(let thread): thread.finish()
        }
    }
}
