// SPDX-License-Identifier: Apache-2.0
import CCurl
import Diagnostics

extension CurlSettings {
    /// Everything but the callbacks.
    mutating func setMail(_ mail: Mail, _ server: MailServer) {
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        setSafety(caFile: server.caFile)
        set(CURLOPT_URL, server.url)
        set(CURLOPT_CONNECTTIMEOUT, min(30, server.timeLimit))
        set(CURLOPT_TIMEOUT, server.timeLimit)
        if server.protection == .startTLS { set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        if server.protection != .none, let user = server.user {
            set(CURLOPT_USERNAME, user.revealed)
            set(CURLOPT_PASSWORD, server.password?.revealed ?? "")
        }
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        setRecipients(mail.recipients.map { "<\($0)>" })
    }
}
