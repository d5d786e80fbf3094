/** Highest protocol version we speak: BIP 434 (features). */
export const PROTOCOL_VERSION = 70017
/** What stands for a version in locators. Nobody looks at it any more, and it does not grow. */
export const LOCATOR_VERSION = 70016
/** Older peers know no headers-first sync and are refused. */
export const MIN_PROTOCOL_VERSION = 31800
/** BIP 130: blocks may be announced by their headers. */
export const SENDHEADERS_VERSION = 70012
/** BIP 133: a peer may name the lowest feerate it wants to hear of. */
export const FEEFILTER_VERSION = 70013
/** BIP 152: blocks may be sent without the transactions that the peer has. */
export const COMPACT_BLOCKS_VERSION = 70014
/** BIP 152: whose block turns out invalid after it announced it unchecked is not to blame. */
export const UNCHECKED_COMPACT_BLOCKS_VERSION = 70015
/** BIP 339: transactions are announced by wtxid. Also the least version to which `sendaddrv2` is sent. */
export const WTXID_RELAY_VERSION = 70016
/** BIP 434: extensions are told by `feature`. */
export const FEATURE_VERSION = 70017
/** BIP 31: a `ping` is answered. */
export const PONG_VERSION = 60001

/** Bits of the `services` field. */
export const NODE_NETWORK = 1n << 0n
export const NODE_BLOOM = 1n << 2n
export const NODE_WITNESS = 1n << 3n
/** BIP 157: serves block filters. */
export const NODE_COMPACT_FILTERS = 1n << 6n
/** BIP 324: speaks the encrypted transport. */
export const NODE_P2P_V2 = 1n << 11n
/** BIP 159: serves only the last 288 blocks. */
export const NODE_NETWORK_LIMITED = 1n << 10n

/** Longest payload of any message, in bytes. */
export const MAX_PAYLOAD_LENGTH = 4_000_000
/** Most headers in one `headers` message. */
export const MAX_HEADERS = 2000
/** Most hashes in a locator. */
export const MAX_LOCATOR = 101
/** Most filter hashes of one `cfheaders` (BIP 157). */
export const MAX_FILTER_HASHES = 2000
/** Most entries of an `inv`, `getdata` or `notfound`. */
export const MAX_INVENTORY = 50_000
/** Most addresses in one `addr` or `addrv2`. */
export const MAX_ADDRESSES = 1000
/** Longest user agent, in bytes. */
export const MAX_USER_AGENT_LENGTH = 256

/** BIP 152: the version of compact blocks that goes by wtxids. */
export const COMPACT_BLOCK_RELAY = 2n
/** Inventory types (BIP 144 adds the witness flag, BIP 339 MSG_WTX, BIP 152 compact blocks). */
export const MSG_TX = 1
export const MSG_BLOCK = 2
/** BIP 37. */
export const MSG_FILTERED_BLOCK = 3
export const MSG_CMPCT_BLOCK = 4
export const MSG_WTX = 5
export const MSG_WITNESS_FLAG = 0x4000_0000
