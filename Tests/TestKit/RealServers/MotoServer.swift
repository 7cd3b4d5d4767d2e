// SPDX-License-Identifier: Apache-2.0
import Subprocess

/// `moto_server`: keeps buckets in memory, knows versions, Object Lock and session tokens, and checks
/// signatures.
public struct MotoServer: Sendable {
    public let endpoint: String
    public let accessKeyID: String
    public let secretAccessKey: String
    public let region = "us-east-1"

    /// Serves while `body` runs, with one user who may do everything with S3 and STS.
    public static func with<T: Sendable>(
        _ body: @Sendable (MotoServer) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            let port = try LoopbackPort.unused()
            // The three calls that make the user are the last ones without a signature.
            let program = Program(
                Testbed.moto, environment: .inherit.updating(["INITIAL_NO_AUTH_ACTION_COUNT": "3"]))
            let server = Server(
                program: program, arguments: ["-H", "127.0.0.1", "-p", "\(port)"], port: port,
                log: place.path("log"))
            return try await server.with {
                try await body(try await makeUser(endpoint: "http://127.0.0.1:\(port)"))
            }
        }
    }

    /// Makes a bucket, with versions when asked.
    public func makeBucket(_ name: String, versioned: Bool = false) async throws {
        try await python(
            """
            s3.create_bucket(Bucket=arguments[0])
            if arguments[1] == "true":
                s3.put_bucket_versioning(
                    Bucket=arguments[0], VersioningConfiguration={"Status": "Enabled"})
            """, [name, "\(versioned)"])
    }

    /// Puts the file at `path` into a bucket, in one part.
    public func put(_ path: String, bucket: String, key: String) async throws {
        try await python(
            """
            with open(arguments[2], "rb") as body:
                s3.put_object(Bucket=arguments[0], Key=arguments[1], Body=body)
            """, [bucket, key, path])
    }

    /// Puts every file of a directory, its folders included, under `prefix`.
    public func putDirectory(_ path: String, bucket: String, prefix: String = "") async throws {
        try await python(
            """
            import os
            for folder, _, names in os.walk(arguments[2]):
                for name in names:
                    path = os.path.join(folder, name)
                    with open(path, "rb") as body:
                        key = arguments[1] + os.path.relpath(path, arguments[2])
                        s3.put_object(Bucket=arguments[0], Key=key, Body=body)
            """, [bucket, prefix, path])
    }

    /// Runs Python with `s3`, `boto3`, `client(service)` and `arguments` at hand; returns what it printed.
    @discardableResult
    public func python(_ code: String, _ arguments: [String] = []) async throws -> String {
        let script = Self.preamble + code
        return try await Program(Testbed.python)(
            ["-c", script, endpoint, accessKeyID, secretAccessKey, region] + arguments)
    }

    private static func makeUser(endpoint: String) async throws -> MotoServer {
        let nobody = MotoServer(endpoint: endpoint, accessKeyID: "none", secretAccessKey: "none")
        let key = try await nobody.python(
            """
            import json
            iam = client("iam")
            policy = {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": ["s3:*", "sts:*", "iam:*"], "Resource": "*"}],
            }
            iam.create_user(UserName="tester")
            iam.put_user_policy(UserName="tester", PolicyName="all", PolicyDocument=json.dumps(policy))
            key = iam.create_access_key(UserName="tester")["AccessKey"]
            print(key["AccessKeyId"], key["SecretAccessKey"])
            """)
        let words = key.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2 else {
            throw ProgramFailed(command: "moto CreateAccessKey", status: "no key", output: key)
        }
        return MotoServer(endpoint: endpoint, accessKeyID: words[0], secretAccessKey: words[1])
    }

    private static let preamble = """
        import sys
        import boto3
        from botocore.config import Config
        endpoint, key_id, secret, region, *arguments = sys.argv[1:]
        def client(service):
            return boto3.client(
                service, endpoint_url=endpoint, aws_access_key_id=key_id, aws_secret_access_key=secret,
                region_name=region, config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}))
        s3 = client("s3")

        """
}
