// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A store whose listing comes in pages that can be asked for one by one.
///
/// This is what lets `RetryingStore` repeat a page and not the listing.
protocol PagedStore: ObjectStore {
    /// The objects from a continuation on; nil for the first page.
    func page(_ prefix: ObjectName, from continuation: String?) throws(ObjectStoreError) -> ListingPage
}

struct ListingPage: Equatable {
    var objects: [StoredObject]
    /// Whether the store says that more follows.
    var isTruncated: Bool
    var continuation: String?
    /// How much of what the store told is none of the objects: versions that were not asked for.
    var leftOut = 0
}

/// Follows the pages of one listing and sees through a store that leads in circles.
struct ListingCursor {
    private(set) var continuation: String?
    private(set) var isAtEnd = false
    private var emptyPages = 0
    /// The first name of each page so far.
    private var starts: Set<ObjectName> = []
    /// Hashes of all continuations so far.
    private var continuations: Set<Int> = []
    private var objects = 0
    private var leftOut = 0
    private let store: String

    /// Pages that hold nothing and still promise more; Amazon sends some after many deletions.
    private static let emptyPagesAllowed = 2
    /// A million pages of what is not even kept in mind; a store that tells more has no end.
    private static let leftOutAllowed = 1_000_000_000
    /// More than this no machine could keep in mind: some gigabytes.
    private let objectsAllowed: Int

    init(_ store: String, objectsAllowed: Int = 50_000_000) {
        (self.store, self.objectsAllowed) = (store, objectsAllowed)
    }

    mutating func advance(past page: ListingPage) throws(ObjectStoreError) {
        guard page.isTruncated else {
            isAtEnd = true
            return
        }
        guard let next = page.continuation, !next.isEmpty else {
            throw misbehaving("more is promised, but no continuation token given")
        }
        guard continuations.insert(next.hashValue).inserted else {
            throw misbehaving("the same continuation token twice")
        }
        if let first = page.objects.first, !starts.insert(first.name).inserted {
            throw misbehaving("two pages that begin with '\(first.name)'")
        }
        objects += page.objects.count
        guard objects <= objectsAllowed else { throw misbehaving("more than \(objectsAllowed) objects") }
        leftOut += page.leftOut
        guard leftOut <= Self.leftOutAllowed else {
            throw misbehaving("more than \(Self.leftOutAllowed) versions of no use")
        }
        emptyPages = page.objects.isEmpty && page.leftOut == 0 ? emptyPages + 1 : 0
        guard emptyPages <= Self.emptyPagesAllowed else {
            throw misbehaving("\(emptyPages) pages in a row without objects, and more promised")
        }
        continuation = next
    }

    private func misbehaving(_ reason: String) -> ObjectStoreError {
        .misbehaving("listing of '\(store)'", reason: reason)
    }
}

extension PagedStore {
    /// Hands over all objects, page by page, each page got by `fetch`.
    func pages(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void,
        fetch: (String?) throws(ObjectStoreError) -> ListingPage
    ) throws(ObjectStoreError) {
        var cursor = ListingCursor(url)
        while !cursor.isAtEnd {
            let page = try fetch(cursor.continuation)
            for object in page.objects { try body(object) }
            try cursor.advance(past: page)
        }
    }
}
