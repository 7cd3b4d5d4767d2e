// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// The one list of settings that every Swift target of this package is built with.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// For the modules that own C handles: every unsafe expression is marked, so `grep unsafe` is the audit.
let strictAndMarked: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Makes the binary start with less memory.
///
/// Swift's metadata is full of addresses that the dynamic linker corrects at each start. Listed one by one
/// they are 2 MB to read; packed, which glibc has understood since 2.36, a hundredth of that. The system's
/// usual linker cannot pack them, the toolchain's can. And nothing loads this program as a library, so its
/// symbols need not be listed for that.
let leanStart: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker",
            "--no-export-dynamic",
        ],
        .when(platforms: [.linux], configuration: .release))
]

let warningsAreErrors: [CSetting] = [.treatAllWarnings(as: .error)]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let web = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let sockets = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A module of ours, with what it may import: its row in the table of ARCHITECTURE.md, which a test compares.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict,
    resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: ["TestKit"] + dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "pg_backctl",
    products: [.executable(name: "pg_backctl", targets: ["pg_backctl"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .target(name: "CCurl", cSettings: warningsAreErrors, linkerSettings: [.linkedLibrary("curl")]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        .target(name: "CLinux", cSettings: warningsAreErrors),
        .target(name: "CPages", cSettings: warningsAreErrors + [.unsafeFlags(["-O3"])]),
        .target(
            name: "CFonts",
            exclude: ["LICENSE", "README.md", "DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"],
            cSettings: warningsAreErrors + [.unsafeFlags(["-std=c23"])]),
        .target(name: "CSHA", cSettings: warningsAreErrors + [.unsafeFlags(["-O3"])]),

        module("Diagnostics"),
        module("AuditModel"),
        module("Planning", ["AuditModel", "Diagnostics"]),
        module("Threads"),
        module("Files", ["AuditModel", "CLinux"], settings: strictAndMarked),
        module("Digests", ["COpenSSL", "CIsal", "CSHA"], settings: strictAndMarked),
        module("Evidence", ["Digests", "AuditModel", "Diagnostics"]),
        module("HTTP", ["Diagnostics", "CCurl"], settings: strictAndMarked),
        module("YAML", ["AuditModel", yams]),
        module("Settings", ["YAML", "Files", "AuditModel", "Diagnostics"]),
        module(
            "ObjectStore", ["AuditModel", "Files", "HTTP", "Digests", "Diagnostics", logging],
            settings: strictAndMarked),
        module("StoreLending", ["ObjectStore", "AuditModel", "Threads"]),
        module(
            "Archive", ["AuditModel", "Diagnostics", "CIsal", "CZstd", "CLZ4", "CBzip2"],
            settings: strictAndMarked),
        module("DockerEngine", ["HTTP", "Archive", "Digests", "Files", "Threads", "Diagnostics"]),
        module("BackupFormats", ["AuditModel", "Digests", "Diagnostics", "CPages"]),
        module("Inspection", ["AuditModel", "Archive", "BackupFormats", "Digests", "Threads"]),
        module("Catalogue", ["ObjectStore", "BackupFormats", "AuditModel", "Diagnostics"]),
        module(
            "Reports", ["AuditModel", "Diagnostics", "Planning", "YAML", "CFonts"], settings: strictAndMarked,
            resources: [.embedInCode("Frameworks/frameworks.yaml")]),
        module("History", ["Evidence", "Digests", "AuditModel", "Files", "Diagnostics", grdb]),
        module(
            "Verifier",
            [
                "Inspection", "Catalogue", "AuditModel", "BackupFormats", "ObjectStore", "Digests",
                "Diagnostics", "Threads",
            ]),
        module(
            "WALArchive",
            [
                "AuditModel", "Archive", "BackupFormats", "ObjectStore", "Digests", "Files", "Threads",
                "Diagnostics",
            ], settings: strictAndMarked),
        module(
            "PrivatePostgres",
            ["AuditModel", "BackupFormats", "Files", "Threads", "Diagnostics", subprocess],
            settings: strictAndMarked),
        module(
            "Restorer",
            [
                "PrivatePostgres", "WALArchive", "Inspection", "Catalogue", "AuditModel", "Archive",
                "BackupFormats", "ObjectStore", "Digests", "Files", "Diagnostics", "Threads", "YAML",
            ], settings: strictAndMarked),
        module(
            "Operations",
            [
                "Verifier", "Restorer", "WALArchive", "PrivatePostgres", "Inspection", "History", "Catalogue",
                "ObjectStore", "BackupFormats", "Settings", "Files", "Digests", "AuditModel", "Diagnostics",
                logging, "DockerEngine", "StoreLending", "Archive", "Threads", "Planning", "Reports",
                "Evidence",
            ], resources: [.embedInCode("Evidence/verify.sh")]),
        module(
            "Service",
            [
                "Operations", "Planning", "Reports", "Settings", "HTTP", "Digests", "Files", "AuditModel",
                "Diagnostics",
                "Threads", subprocess, logging, lifecycle, signals, web, sockets,
            ]),
        module(
            "Commands",
            [
                "Service", "Operations", "Planning", "Reports", "Restorer", "WALArchive", "PrivatePostgres",
                "Catalogue", "BackupFormats", "Settings", "Evidence", "AuditModel", "Diagnostics", "Threads",
                argumentParser,
                logging,
            ]),
        .executableTarget(
            name: "pg_backctl", dependencies: ["Commands"], swiftSettings: strict,
            linkerSettings: leanStart),

        .target(
            name: "TestKit",
            dependencies: ["ObjectStore", "AuditModel", "Digests", "Diagnostics", grdb, subprocess],
            path: "Tests/TestKit", swiftSettings: strict),
        .target(
            name: "RestoreKit",
            dependencies: ["TestKit", "PrivatePostgres", "Files", "Diagnostics"],
            path: "Tests/RestoreKit", swiftSettings: strict),
        tests("FilesTests", ["Files", "Threads", "AuditModel"]),
        tests("ThreadsTests", ["Threads"]),
        tests("AuditModelTests", ["AuditModel", "Diagnostics"]),
        tests("PlanningTests", ["Planning", "AuditModel"]),
        tests("DigestsTests", ["Digests", "Diagnostics"]),
        tests("HTTPTests", ["HTTP", "Diagnostics"]),
        tests("YAMLTests", ["YAML"]),
        tests("SettingsTests", ["Settings", "YAML", "AuditModel", "Diagnostics"]),
        tests("ObjectStoreTests", ["ObjectStore", "AuditModel", "HTTP", "Digests", "Diagnostics", logging]),
        tests(
            "StoreLendingTests",
            ["StoreLending", "ObjectStore", "AuditModel", "Diagnostics", "Threads"]),
        tests("ArchiveTests", ["Archive", "AuditModel", "Digests", "Diagnostics", subprocess]),
        tests("DockerEngineTests", ["DockerEngine", "Archive", "Digests", "Diagnostics"]),
        tests("BackupFormatsTests", ["BackupFormats", "AuditModel", "Digests", "Diagnostics"]),
        tests(
            "CatalogueTests",
            ["Digests", "Catalogue", "ObjectStore", "BackupFormats", "AuditModel", "Diagnostics"]),
        tests(
            "InspectionTests", ["Inspection", "AuditModel", "Archive", "BackupFormats", "Digests"]),
        tests("HistoryTests", ["History", "Evidence", "Digests", "AuditModel", "Diagnostics", grdb]),
        tests("EvidenceTests", ["Evidence", "Digests", "AuditModel", "Diagnostics"]),
        tests(
            "VerifierTests",
            [
                "Verifier", "History", "Catalogue", "ObjectStore", "BackupFormats", "Inspection", "Digests",
                "AuditModel", "Diagnostics", logging,
            ]),
        tests(
            "WALArchiveTests",
            ["WALArchive", "ObjectStore", "BackupFormats", "AuditModel", "Files", "Diagnostics"]),
        tests(
            "PrivatePostgresTests",
            ["PrivatePostgres", "RestoreKit", "BackupFormats", "Files", "AuditModel", "Diagnostics"]),
        tests(
            "RestorerTests",
            [
                "Restorer", "RestoreKit", "PrivatePostgres", "WALArchive", "Catalogue", "ObjectStore",
                "BackupFormats", "Archive", "Inspection", "Digests", "Files", "AuditModel", "Diagnostics",
                "Threads",
            ]),
        tests(
            "ReportsTests", ["Reports", "Planning", "YAML", "AuditModel", "Diagnostics"], exclude: ["Golden"]),
        tests(
            "ServiceTests",
            ["Service", "Operations", "Planning", "Settings", "HTTP", "AuditModel", "Diagnostics", logging],
            exclude: ["Golden"]),
        tests(
            "OperationsTests",
            [
                "pg_backctl", "Operations", "History", "Verifier", "Restorer", "PrivatePostgres", "Catalogue",
                "ObjectStore", "Settings", "AuditModel", "Diagnostics", "Planning", logging,
            ]),
        tests(
            "CommandLineTests", ["pg_backctl", "AuditModel", "Diagnostics", subprocess], exclude: ["Golden"]),
        tests(
            "IntegrationTests",
            [
                "pg_backctl", "RestoreKit", "Restorer", "PrivatePostgres", "Archive", "BackupFormats",
                "AuditModel", "Diagnostics", "Digests", subprocess,
            ]),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    ]
)

// Fuzzing needs libFuzzer's runtime and instrumentation of every module: scripts/fuzz alone asks for it.
if Context.environment["PGB_FUZZ"] != nil {
    package.targets += [
        .target(name: "FuzzEntry", path: "Tests/Fuzz/Entry", cSettings: warningsAreErrors),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "FuzzEntry", "Archive", "AuditModel", "BackupFormats", "Digests", "DockerEngine",
                "Inspection", "ObjectStore", "Restorer", "Settings", "StoreLending", "Operations",
                "Diagnostics", "Reports", "YAML",
            ],
            path: "Tests/Fuzz/Targets",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
    ]
}
