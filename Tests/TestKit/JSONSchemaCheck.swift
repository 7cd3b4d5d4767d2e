// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Holds documents to the schemas in docs/schemas, by Python's `jsonschema`.
public enum JSONSchemaCheck {
    /// What of a file is not as its schema says, in lines; empty when all is.
    ///
    /// A file that ends with `.leaves` has a document in each line.
    public static func faults(of file: String, schema: String) throws -> String {
        let program = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            text = open(sys.argv[2], encoding="utf-8").read()
            documents = text.splitlines() if sys.argv[2].endswith(".leaves") else [text]
            assert documents
            for document in documents:
                for fault in jsonschema.Draft202012Validator(schema).iter_errors(json.loads(document)):
                    print(list(fault.path), fault.message[:300])
            """
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: Testbed.python)
        process.arguments = ["-c", program, "\(Testbed.repository)/docs/schemas/\(schema).schema.json", file]
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let words = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let status = process.terminationStatus == 0 ? "" : "exit \(process.terminationStatus)\n"
        return status + String(decoding: words, as: UTF8.self)
    }
}
