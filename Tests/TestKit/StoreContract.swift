// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import ObjectStore

/// A store made for one test, and what the test may do behind its back.
public struct StoreUnderTest {
    public var store: any ObjectStore
    /// The one that the store was made with.
    public var cancellation: Cancellation
    /// Writes an object anew, as somebody else would.
    public var put: (ObjectName, [UInt8]) throws -> Void
    public var remove: (ObjectName) throws -> Void

    public init(
        _ store: any ObjectStore, cancellation: Cancellation,
        put: @escaping (ObjectName, [UInt8]) throws -> Void, remove: @escaping (ObjectName) throws -> Void
    ) {
        (self.store, self.cancellation) = (store, cancellation)
        (self.put, self.remove) = (put, remove)
    }
}

/// A promise of `ObjectStore` that was not kept.
public struct BrokenPromise: Error, CustomStringConvertible {
    public let description: String
}

/// What every `ObjectStore` promises, as cases that each implementation runs against itself.
///
/// Make it a table test, so that each case is reported alone:
///
///     @Test(arguments: StoreContract.Case.allCases)
///     func `keeps the promises of a store`(_ promise: StoreContract.Case) throws {
///         try StoreContract.check(promise) { objects in … }
///     }
public enum StoreContract {
    public enum Case: String, CaseIterable, Sendable, CustomStringConvertible {
        case listsExactlyWhatIsThere = "lists exactly what is there, with sizes"
        case listsByPrefix = "lists the names that start with a prefix, whatever is in it"
        case listsNothing = "lists nothing where nothing is"
        case passesOnListingErrors = "an error of the listing's body ends it and is passed on"
        case asksForOne = "asks for one object by its name"
        case tellsMissing = "tells that an object is missing"
        case readsWhole = "reads objects of every size from start to end"
        case readsOddNames = "reads objects with odd names"
        case readsRanges = "reads ranges with every kind of edge"
        case readsSideBySide = "reads two ranges side by side, or says that it cannot"
        case tellsReplaced = "tells that an object was replaced by another size"
        case tellsRewritten = "tells that an object was rewritten with other bytes of its size"
        case passesOnReadingErrors = "an error of the reading's body ends it and is passed on"
        case stopsReading = "stops reading soon after it is asked to"
        case startsNothing = "starts nothing once it was asked to stop"
        case looksTwice = "a second look gives the same bytes"
        case readsConcurrently = "reads from several threads at once"

        public var description: String { rawValue }
    }

    /// Names that every store is tried with, but for those it declares it cannot hold.
    public static let oddNames: [ObjectName] = [
        "plain", "folder/inner", "folder/deeper/inner", "folder.txt", "folder-a", "with blank", " leading",
        "trailing ",
        "a+b", "100%", "%41", "%2F", "a#b", "a?b=c", "a&b", "a=b;c", "quo\"te", "it's", "back\\slash",
        "star*", "<angle>",
        "tilde~", "col:on", "at@sign", "comma,dollar$", "(round)[square]{curly}", "ümlaut/größe",
        "u\u{308}mlaut",
        "日本語", "🐘", ".hidden", "..dots", "UPPER", "upper",
    ]

    /// Runs one case on fresh stores.
    ///
    /// `makeStore` makes a store that holds just these objects. Names in `unholdable` are left out.
    public static func check(
        _ promise: Case, unholdable: Set<ObjectName> = [],
        makeStore: ([ObjectName: [UInt8]]) throws -> StoreUnderTest
    ) throws {
        // What a store stands on (a directory, a server) may go away with the last copy of its closures.
        var made: [StoreUnderTest] = []
        defer { withExtendedLifetime(made) {} }
        try withoutActuallyEscaping(makeStore) { makeStore in
            try run(
                promise,
                in: ContractWorld(unholdable: unholdable) { objects in
                    made.append(try makeStore(objects))
                    return made[made.count - 1]
                })
        }
    }

    private static func run(_ promise: Case, in world: ContractWorld) throws {
        switch promise {
        case .listsExactlyWhatIsThere: try world.listsExactlyWhatIsThere()
        case .listsByPrefix: try world.listsByPrefix()
        case .listsNothing: try world.listsNothing()
        case .passesOnListingErrors: try world.passesOnListingErrors()
        case .asksForOne: try world.asksForOne()
        case .tellsMissing: try world.tellsMissing()
        case .readsWhole: try world.readsWhole()
        case .readsOddNames: try world.readsOddNames()
        case .readsRanges: try world.readsRanges()
        case .readsSideBySide: try world.readsSideBySide()
        case .tellsReplaced: try world.tellsReplaced()
        case .tellsRewritten: try world.tellsRewritten()
        case .passesOnReadingErrors: try world.passesOnReadingErrors()
        case .stopsReading: try world.stopsReading()
        case .startsNothing: try world.startsNothing()
        case .looksTwice: try world.looksTwice()
        case .readsConcurrently: try world.readsConcurrently()
        }
    }

    /// Bytes that repeat nowhere within a few MiB, so that a shifted or repeated part shows.
    public static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                buffer[index] = UInt8(truncatingIfNeeded: state >> 32)
            }
            initialized = count
        }
    }
}
