// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import ObjectStore

@Suite struct S3ListingReaderTests {
    private func read(_ inner: String, root: String = "ListBucketResult") throws(XMLFault) -> S3Listing {
        try S3ListingReader.read(
            Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?><\(root)>\(inner)</\(root)>".utf8))
    }

    @Test func `a page as Amazon sends it is read whole`() throws {
        let listing = try read(
            """
            <Name>b</Name><Prefix/><NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbY=</NextContinuationToken>
            <KeyCount>1</KeyCount><IsTruncated>true</IsTruncated>
            <Contents><Key>a&lt;b</Key><LastModified>2026-10-12T17:50:30.000Z</LastModified>
            <ETag>&quot;fba9dede5f27731c9771645a39863328-3&quot;</ETag><Size>434234</Size>
            <Owner><ID>x</ID><Key>not this one</Key></Owner><StorageClass>GLACIER</StorageClass></Contents>
            <CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>
            """)
        #expect(listing.isTruncated)
        #expect(listing.continuation == "1ueGcxLPRx1Tr/XYExHnhbY=")
        let object = try #require(listing.objects.first)
        #expect(object.key == "a<b")
        #expect(object.size == 434_234)
        #expect(object.etag == "fba9dede5f27731c9771645a39863328-3")
        #expect(object.modified == Timestamp(iso8601: "2026-10-12T17:50:30Z"))
        #expect(object.storageClass == "GLACIER")
    }

    @Test func `a page of versions is read with its deletions, and where it goes on`() throws {
        let document = """
            <ListVersionsResult><NextKeyMarker>a%2Fb</NextKeyMarker><NextVersionIdMarker>v 2</NextVersionIdMarker>
            <IsTruncated>true</IsTruncated>
            <DeleteMarker><Key>a%2Fb</Key><VersionId>v3</VersionId><IsLatest>true</IsLatest>
            <LastModified>2026-10-12T17:50:31.000Z</LastModified></DeleteMarker>
            <Version><Key>a%2Fb</Key><VersionId>null</VersionId><Size>7</Size></Version>
            <EncodingType>url</EncodingType></ListVersionsResult>
            """
        let listing = try S3ListingReader.read(Array(document.utf8), root: "ListVersionsResult")
        #expect(listing.nextKey == "a/b" && listing.nextVersion == "v 2" && listing.isTruncated)
        #expect(listing.objects.map(\.version) == ["v3", "null"])
        #expect(listing.objects.map(\.isDeleteMarker) == [true, false])
        #expect(throws: XMLFault.self) { try S3ListingReader.read(Array(document.utf8)) }
    }

    @Test func `keys are decoded only when the reply says that they are encoded`() throws {
        let contents = "<Contents><Key>a+b%2Fc</Key><Size>1</Size></Contents>"
        #expect(try read(contents).objects[0].key == "a+b%2Fc")
        #expect(try read("\(contents)<EncodingType>url</EncodingType>").objects[0].key == "a b/c")
    }

    @Test func `a foreign namespace and unknown elements are no harm`() throws {
        let document = """
            <x:ListBucketResult xmlns:x="urn:other"><x:New><x:Deep>1</x:Deep></x:New>\
            <x:Contents><x:Key>k</x:Key><x:Size>0</x:Size></x:Contents></x:ListBucketResult>
            """
        #expect(try S3ListingReader.read(Array(document.utf8)).objects.map(\.key) == ["k"])
    }

    @Test(arguments: [
        "<Contents><Size>1</Size></Contents>", "<Contents><Key></Key></Contents>",
        "<Contents><Key>a</Key><Key>b</Key></Contents>", "<Contents><Key>a</Key><Size>-1</Size></Contents>",
        "<Contents><Key>a</Key><Size>+1</Size></Contents>",
        "<Contents><Key>a</Key><Size>18446744073709551616</Size></Contents>",
        "<IsTruncated>perhaps</IsTruncated>",
        "<EncodingType>url</EncodingType><Contents><Key>%GG</Key></Contents>",
    ])
    func `a page that contradicts itself is refused`(_ inner: String) {
        #expect(throws: XMLFault.self) { try read(inner) }
    }

    @Test func `another document is no listing`() {
        #expect(throws: XMLFault.self) { try read("", root: "Error") }
        #expect(throws: XMLFault.self) { try read("", root: "html") }
    }
}
