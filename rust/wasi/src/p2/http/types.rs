//! The value types of `wasi:http/types`.

use dovetail_runtime::{host_record, host_variant};

host_variant! {
    /// `method`.
    pub enum Method {
        Get,
        Head,
        Post,
        Put,
        Delete,
        Connect,
        Options,
        Trace,
        Patch,
        Other(String),
    }
}

host_variant! {
    /// `scheme`.
    pub enum Scheme {
        Http,
        Https,
        Other(String),
    }
}

host_variant! {
    /// `header-error`.
    pub enum HeaderError {
        InvalidSyntax,
        Forbidden,
        Immutable,
    }
}

host_record! {
    /// `DNS-error-payload`.
    pub struct DnsErrorPayload {
        pub rcode: Option<String>,
        pub info_code: Option<u16>,
    }
}

host_record! {
    /// `TLS-alert-received-payload`.
    pub struct TlsAlertReceivedPayload {
        pub alert_id: Option<u8>,
        pub alert_message: Option<String>,
    }
}

host_record! {
    /// `field-size-payload`.
    pub struct FieldSizePayload {
        pub field_name: Option<String>,
        pub field_size: Option<u32>,
    }
}

host_variant! {
    /// `error-code`.
    pub enum ErrorCode {
        DnsTimeout,
        DnsError(DnsErrorPayload),
        DestinationNotFound,
        DestinationUnavailable,
        DestinationIpProhibited,
        DestinationIpUnroutable,
        ConnectionRefused,
        ConnectionTerminated,
        ConnectionTimeout,
        ConnectionReadTimeout,
        ConnectionWriteTimeout,
        ConnectionLimitReached,
        TlsProtocolError,
        TlsCertificateError,
        TlsAlertReceived(TlsAlertReceivedPayload),
        HttpRequestDenied,
        HttpRequestLengthRequired,
        HttpRequestBodySize(Option<u64>),
        HttpRequestMethodInvalid,
        HttpRequestUriInvalid,
        HttpRequestUriTooLong,
        HttpRequestHeaderSectionSize(Option<u32>),
        HttpRequestHeaderSize(Option<FieldSizePayload>),
        HttpRequestTrailerSectionSize(Option<u32>),
        HttpRequestTrailerSize(FieldSizePayload),
        HttpResponseIncomplete,
        HttpResponseHeaderSectionSize(Option<u32>),
        HttpResponseHeaderSize(FieldSizePayload),
        HttpResponseBodySize(Option<u64>),
        HttpResponseTrailerSectionSize(Option<u32>),
        HttpResponseTrailerSize(FieldSizePayload),
        HttpResponseTransferCoding(Option<String>),
        HttpResponseContentCoding(Option<String>),
        HttpResponseTimeout,
        HttpUpgradeFailed,
        HttpProtocolError,
        LoopDetected,
        ConfigurationError,
        InternalError(Option<String>),
    }
}
