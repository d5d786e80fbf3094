/** Why a connection must be closed, by the names of BOLT 8's test vectors. */
export type TransportViolation =
  | 'act1-bad-version'
  | 'act1-bad-pubkey'
  | 'act1-bad-tag'
  | 'act2-bad-version'
  | 'act2-bad-pubkey'
  | 'act2-bad-tag'
  | 'act3-bad-version'
  | 'act3-bad-ciphertext'
  | 'act3-bad-pubkey'
  | 'act3-bad-tag'
  | 'message-bad-length-tag'
  | 'message-bad-tag'
