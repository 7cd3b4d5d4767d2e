// SPDX-License-Identifier: Apache-2.0

/// Which module may import which: the table of ARCHITECTURE.md.
enum Layers {
    /// The modules of ours that each may import; `Commands` may import all of them.
    static let ours: [String: Set<String>] = [
        "Diagnostics": [],
        "AuditModel": [],
        "Threads": [],
        "Files": ["AuditModel"],
        "Digests": ["Diagnostics"],
        "HTTP": ["Diagnostics"],
        "Settings": ["Diagnostics"],
        "ObjectStore": ["HTTP", "Files", "Digests", "Diagnostics", "AuditModel"],
        "Archive": ["Digests", "Diagnostics"],
        "BackupFormats": ["AuditModel", "Digests", "Diagnostics"],
        "Catalogue": ["ObjectStore", "BackupFormats", "AuditModel", "Diagnostics"],
        "Inspection": ["AuditModel", "Archive", "BackupFormats", "Digests", "Diagnostics", "Threads"],
        "History": ["AuditModel", "Diagnostics"],
        "Evidence": ["AuditModel", "Digests", "Diagnostics"],
        "Verifier": [
            "Inspection", "Catalogue", "AuditModel", "Archive", "BackupFormats", "ObjectStore", "Digests",
            "Diagnostics", "Threads",
        ],
        "WALArchive": [
            "AuditModel", "Archive", "BackupFormats", "ObjectStore", "Digests", "Files", "Threads",
            "Diagnostics",
        ],
        "PrivatePostgres": ["AuditModel", "BackupFormats", "Files", "Threads", "Diagnostics"],
        "Restorer": [
            "PrivatePostgres", "WALArchive", "Inspection", "Catalogue", "AuditModel", "Archive",
            "BackupFormats", "ObjectStore", "Digests", "Files", "Threads", "Diagnostics",
        ],
        "Reports": ["AuditModel", "Diagnostics"],
        "Sweeps": [
            "Verifier", "Restorer", "History", "Evidence", "Catalogue", "AuditModel", "Settings",
            "Diagnostics",
            "ObjectStore",
        ],
        "Service": [
            "Sweeps", "Reports", "History", "Evidence", "AuditModel", "Settings", "HTTP", "Diagnostics",
        ],
        "pg_backctl": ["Commands"],
    ]

    /// Packages and C libraries, and who owns them.
    static let owners: [String: Set<String>] = [
        "CCurl": ["HTTP"],
        "COpenSSL": ["Digests"], "CIsal": ["Digests", "Archive"], "CSHA": ["Digests"],
        "CZstd": ["Archive"], "CLZ4": ["Archive"], "CBzip2": ["Archive"],
        "CPages": ["BackupFormats"], "CLinux": ["Files"], "CHaru": ["Reports"],
        "GRDB": ["History"],
        "ArgumentParser": ["Commands"], "ServiceLifecycle": ["Commands"],
        "Logging": ["ObjectStore", "Commands"],
        "Yams": ["Settings", "Restorer"], "Subprocess": ["PrivatePostgres"],
        "SystemPackage": ["PrivatePostgres"],
        "FlyingFox": ["Service"],
    ]

    /// What comes with the compiler and is everybody's.
    static let common: Set = [
        "Swift", "Synchronization", "Dispatch", "Glibc", "Musl", "Darwin", "FoundationEssentials",
    ]

    /// Those that live without Foundation: they are on the path of the bytes or below it.
    static let withoutFoundation: Set = [
        "Digests", "HTTP", "ObjectStore", "AuditModel", "Diagnostics", "Archive", "BackupFormats",
        "Catalogue", "Verifier",
        "Inspection", "Threads", "Files",
    ]

    static func mayImport(_ imported: String, in module: String) -> Bool {
        if common.contains(imported) { return true }
        if imported == "Foundation" { return !withoutFoundation.contains(module) }
        if let owners = owners[imported] { return owners.contains(module) }
        guard ours[imported] != nil || imported == "Commands" else { return false }
        if module == "Commands" { return imported != "pg_backctl" && imported != "Commands" }
        return ours[module]?.contains(imported) ?? false
    }
}
