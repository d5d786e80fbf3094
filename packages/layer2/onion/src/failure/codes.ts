/** Flags in the top byte of a failure code (BOLT 4, Failure Messages). */
export const BADONION = 0x8000
export const PERM = 0x4000
export const NODE = 0x2000
export const UPDATE = 0x1000

/** Every failure: its number on the wire and the data behind it, in order. */
export const FAILURES = {
  temporary_node_failure: { code: NODE | 2, fields: [] },
  permanent_node_failure: { code: PERM | NODE | 2, fields: [] },
  required_node_feature_missing: { code: PERM | NODE | 3, fields: [] },
  invalid_onion_version: { code: BADONION | PERM | 4, fields: ['sha256OfOnion'] },
  invalid_onion_hmac: { code: BADONION | PERM | 5, fields: ['sha256OfOnion'] },
  invalid_onion_key: { code: BADONION | PERM | 6, fields: ['sha256OfOnion'] },
  temporary_channel_failure: { code: UPDATE | 7, fields: ['channelUpdate'] },
  permanent_channel_failure: { code: PERM | 8, fields: [] },
  required_channel_feature_missing: { code: PERM | 9, fields: [] },
  unknown_next_peer: { code: PERM | 10, fields: [] },
  amount_below_minimum: { code: UPDATE | 11, fields: ['htlcMsat', 'channelUpdate'] },
  fee_insufficient: { code: UPDATE | 12, fields: ['htlcMsat', 'channelUpdate'] },
  incorrect_cltv_expiry: { code: UPDATE | 13, fields: ['cltvExpiry', 'channelUpdate'] },
  expiry_too_soon: { code: UPDATE | 14, fields: ['channelUpdate'] },
  incorrect_or_unknown_payment_details: { code: PERM | 15, fields: ['htlcMsat', 'height'] },
  final_incorrect_cltv_expiry: { code: 18, fields: ['cltvExpiry'] },
  final_incorrect_htlc_amount: { code: 19, fields: ['htlcMsat'] },
  channel_disabled: { code: UPDATE | 20, fields: ['disabledFlags', 'channelUpdate'] },
  expiry_too_far: { code: 21, fields: [] },
  invalid_onion_payload: { code: PERM | 22, fields: ['tlvType', 'offset'] },
  mpp_timeout: { code: 23, fields: [] },
  invalid_onion_blinding: { code: BADONION | PERM | 24, fields: ['sha256OfOnion'] },
} as const satisfies Record<string, { readonly code: number; readonly fields: readonly (keyof FailureFields)[] }>

/** The data that a failure may carry. */
export interface FailureFields {
  /** 32 bytes: the packet as the erring node received it. */
  readonly sha256OfOnion: Uint8Array
  readonly htlcMsat: bigint
  readonly cltvExpiry: number
  readonly height: number
  readonly disabledFlags: number
  readonly tlvType: bigint
  readonly offset: number
  /** A whole `channel_update` message with its type, or empty. Some senders leave the type away. */
  readonly channelUpdate: Uint8Array
}

export type FailureName = keyof typeof FAILURES

/** A failure with exactly the data that its code carries. */
export type Failure = {
  [Name in FailureName]: { readonly type: Name } & Readonly<
    Pick<FailureFields, (typeof FAILURES)[Name]['fields'][number]>
  >
}[FailureName]

/** A failure of a code that is not in the table. */
export interface UnknownFailure {
  readonly type: 'unknown'
  readonly code: number
}

const NAMES = new Map<number, FailureName>(
  (Object.keys(FAILURES) as FailureName[]).map((name) => [FAILURES[name].code, name]),
)

/** The name of a code on the wire, if it is in the table. */
export const failureNameOf = (code: number): FailureName | undefined => NAMES.get(code)

/** The number on the wire. */
export const failureCode = (failure: Failure | UnknownFailure): number =>
  failure.type === 'unknown' ? failure.code : FAILURES[failure.type].code

/** Trying again cannot help. */
export const isPermanentFailure = (failure: Failure | UnknownFailure): boolean => (failureCode(failure) & PERM) !== 0
/** The whole node failed, not one channel. */
export const isNodeFailure = (failure: Failure | UnknownFailure): boolean => (failureCode(failure) & NODE) !== 0
/** The packet itself was bad: reported in the clear by `update_fail_malformed_htlc`. */
export const isBadOnion = (failure: Failure | UnknownFailure): boolean => (failureCode(failure) & BADONION) !== 0
