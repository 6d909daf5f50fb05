"""Scans the server's TLS with sslyze: versions, suites, and what has gone wrong in TLS before."""

import sys

from sslyze import ScanCommand, Scanner, ServerNetworkLocation, ServerScanRequest

host, port = sys.argv[1].rsplit(":", 1)
refused = ["SSL_2_0", "SSL_3_0", "TLS_1_0", "TLS_1_1"]
accepted = {
    "TLS_1_2": {
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    },
    "TLS_1_3": {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"},
}
scanner = Scanner()
location = ServerNetworkLocation(hostname=host, port=int(port), ip_address=host)
scanner.queue_scans([ServerScanRequest(server_location=location, scan_commands=set(ScanCommand))])
(result,) = scanner.get_results()
scan = result.scan_result
assert scan is not None, result.connectivity_error_trace


def of(name):
    attempt = getattr(scan, name)
    assert attempt.result is not None, (name, attempt.error_reason, attempt.error_trace)
    return attempt.result


def suites(version):
    return {suite.cipher_suite.name for suite in of(version.lower() + "_cipher_suites").accepted_cipher_suites}


for version in refused:
    assert not suites(version), (version, suites(version))
for version, expected in accepted.items():
    found = suites(version)
    assert found and found <= expected, (version, found)
assert not of("tls_compression").supports_compression
assert not of("heartbleed").is_vulnerable_to_heartbleed
assert not of("openssl_ccs_injection").is_vulnerable_to_ccs_injection
assert of("robot").robot_result.name.startswith("NOT_VULNERABLE"), of("robot")
renegotiation = of("session_renegotiation")
assert not renegotiation.is_vulnerable_to_client_renegotiation_dos
assert not of("tls_1_3_early_data").supports_early_data
assert of("tls_extended_master_secret").supports_ems_extension
curves = {curve.name for curve in of("elliptic_curves").supported_curves}
assert curves and curves <= {"X25519", "secp256r1", "secp384r1"}, curves
for deployment in of("certificate_info").certificate_deployments:
    leaf = deployment.received_certificate_chain[0]
    assert leaf.signature_hash_algorithm is None or leaf.signature_hash_algorithm.digest_size >= 32
print("TLS:", {version: sorted(suites(version)) for version in accepted}, sorted(curves))
