// SPDX-License-Identifier: Apache-2.0

/// Something that the source of this package keeps to.
struct Rule: Sendable, CustomStringConvertible {
    let description: String
    /// What breaks the rule in a file, one line of text each.
    let violations: @Sendable (SourceFile) -> [String]

    /// Forbids a pattern in code, but for the files in some places (a path or the start of one).
    static func forbid(
        _ description: String, _ pattern: String, except places: [String] = [], inTests: Bool = false
    ) -> Rule {
        Rule(description: description) { file in
            guard file.isSource || inTests, !places.contains(where: file.path.hasPrefix) else { return [] }
            return matches(of: pattern, in: file.code, of: file)
        }
    }

    static func matches(of pattern: String, in text: String, of file: SourceFile) -> [String] {
        // By Unicode's rules there is no word boundary at the dot of `Foundation.Process`.
        guard let regex = try? Regex(pattern).wordBoundaryKind(.simple) else {
            return ["the rule's own pattern is broken: \(pattern)"]
        }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .compactMap {
                (try? regex.firstMatch(in: $0.element)) == nil ? nil : "\(file.path):\($0.offset + 1)"
            }
    }
}

extension Rule {
    /// What reads stores and histories, writes targets and starts programs, as it is called or made.
    ///
    /// Commands know the values of those modules, which they are given and print.
    private static let work =
        #"\b(Catalogue|Verification|Restore|RestorePlanner|WALArchive|WALServer|WALClient|WALSpool|PrivateServer|"#
        + #"PostgresClient|ThisMachine|Launcher|Confinement|HistoryDatabase|LeftRestore)\s*[.(]|\.look\(|"#
        + #"(^|[^.\w])(open|socket|connect|fork|execv\w*|posix_spawn\w*)\("#

    /// What has more lines answers more than one question.
    static let longestFile = 300

    static let all: [Rule] = [
        layering,
        forbid(
            "only Commands prints",
            #"(^|[^.\w])(print|debugPrint|dump|puts|fputs|printf|putchar)\(|FileHandle\.standard|\b(stdout|stderr|STDOUT_FILENO|STDERR_FILENO)\b"#,
            except: ["Sources/Commands/"]),
        forbid(
            "only Settings looks at the environment",
            #"\b(ProcessInfo|getenv|secure_getenv|setenv|environ)\b"#,
            except: ["Sources/Settings/"]),
        forbid(
            "only Timestamp.swift reads the wall clock",
            #"\b(CLOCK_REALTIME\w*|gettimeofday|timespec_get)\b|\bDate\(\)|\bDate\.now\b|\bDate\(timeIntervalSinceNow|(^|[^.\w])time\((nil|&)"#,
            except: ["Sources/AuditModel/Timestamp.swift"]),
        Rule(description: "commands leave the work to operations") { file in
            guard file.path.hasPrefix("Sources/Commands/") else { return [] }
            return matches(of: work, in: file.code, of: file)
        },
        forbid("an error is never forced away", #"\btry!|\bas!"#, inTests: true),
        forbid(
            "no processes but through swift-subprocess",
            #"\bProcess\s*\(|Foundation\.Process\b|\b(system|popen)\("#),
        forbid(
            "no C module in a public declaration",
            #"^\s*(@_exported|public|package)\s+import\s+(CCurl|COpenSSL|CIsal|CSHA|CZstd|CLZ4|CBzip2|CPages|CFonts)\b"#
        ),
        Rule(description: "a bucket of backups is only read, but for its probe") { file in
            let writers = [
                "Sources/ObjectStore/S3/Posture/S3Bucket+Probe.swift",
                "Sources/ObjectStore/S3/S3Bucket+Write.swift", "Sources/ObjectStore/WritableBucket.swift",
            ]
            guard file.path.hasPrefix("Sources/ObjectStore/"), !writers.contains(file.path),
                // Temporary credentials are asked for elsewhere, and with POST.
                !file.path.hasPrefix("Sources/ObjectStore/Credentials/")
            else { return [] }
            return matches(of: #"\.(put|post|delete)\b"#, in: file.code, of: file)
        },
        Rule(description: "only where machines meet anything is put into a bucket") { file in
            guard file.path.hasPrefix("Sources/"),
                ![
                    "Sources/ObjectStore/WritableBucket.swift", "Sources/Operations/Store/StoreOpening.swift",
                    "Sources/Operations/Shards/Documents/ResultBucket.swift",
                ].contains(file.path)
            else { return [] }
            return matches(of: #"\bWritableBucket\b"#, in: file.code, of: file)
        },
        forbid("no module is passed on", #"@_exported"#, inTests: true),
        Rule(description: "nothing is left for later") { file in
            // The one place that must name the words.
            if file.path.hasPrefix("Tests/ArchitectureTests/") { return [] }
            return matches(of: #"\b(TODO|FIXME|XXX)\b"#, in: file.text, of: file)
        },
        Rule(description: "every file names its licence first") { file in
            file.text.hasPrefix("// SPDX-License-Identifier: Apache-2.0\n") ? [] : [file.path]
        },
        Rule(description: "no file is longer than \(longestFile) lines") { file in
            let lines = file.text.count(where: \.isNewline)
            return file.isSource && lines > longestFile ? ["\(file.path): \(lines) lines"] : []
        },
    ]

    /// The table of imports.
    static let layering = Rule(description: "modules import only what stands below them") { file in
        guard file.isSource else { return [] }
        guard let table = try? LayerTable.ours.get() else { return ["there is no table to hold it to"] }
        guard let row = table.row(of: file.module) else {
            return ["\(file.path): module \(file.module) is not in the table"]
        }
        return file.imports.filter { !row.imports.contains($0) && !table.everyones.contains($0) }.map {
            "\(file.path) imports \($0)"
        }
    }
}
