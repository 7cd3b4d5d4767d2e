// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Operations
import Settings

/// Where backups are, of those that the history knows: as it calls the place, as the configuration does, or by the store's name.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Of backups at or below this place.", valueName: "location"))
    var place: String?

    @Option(
        help: ArgumentHelp("Of backups of the store of this name in the configuration.", valueName: "name"))
    var store: String?

    @OptionGroup var configuration: ConfigurationOptions

    /// Whether any place will do.
    var isEmpty: Bool { place == nil && store == nil }

    /// The place as the history calls it; nil for any.
    func wanted(_ application: Application) throws -> String? {
        if let store, place != nil {
            throw CommandError.usage(
                "--place and --store exclude each other", hint: "name one of them, not '\(store)' too.")
        }
        guard let configuration = application.configuration else { return place }
        if let store {
            return try StoreAddress.placeInHistory(of: configuration.store(store), application.context)
        }
        return place.map { Self.translated($0, configuration, application) }
    }

    /// What the configuration calls `s3://bucket/shop`, the history knows with its endpoint.
    private static func translated(
        _ place: String, _ configuration: Configuration, _ application: Application
    ) -> String {
        for store in configuration.stores {
            let location = store.location.hasSuffix("/") ? String(store.location.dropLast()) : store.location
            guard place == location || place.hasPrefix("\(location)/"),
                let known = try? StoreAddress.placeInHistory(of: store, application.context)
            else { continue }
            let below = place.dropFirst(location.count + 1)
            let root = known.hasSuffix("/") ? String(known.dropLast()) : known
            return below.isEmpty ? known : "\(root)/\(below)"
        }
        return place
    }
}
