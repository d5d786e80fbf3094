import type { JsonOutput } from './json/value.ts'

/** Error numbers of Bitcoin Core (rpc/protocol.h) and of JSON-RPC 2.0. */
export const RPC_ERROR = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  parse: -32700,
  misc: -1,
  type: -3,
  wallet: -4,
  invalidAddressOrKey: -5,
  walletInsufficientFunds: -6,
  walletInvalidLabelName: -11,
  walletKeypoolRanOut: -12,
  walletUnlockNeeded: -13,
  walletPassphraseIncorrect: -14,
  walletWrongEncryptionState: -15,
  walletEncryptionFailed: -16,
  walletNotFound: -18,
  walletNotSpecified: -19,
  walletAlreadyLoaded: -35,
  walletAlreadyExists: -36,
  outOfMemory: -7,
  invalidParameter: -8,
  clientNotConnected: -9,
  clientInInitialDownload: -10,
  database: -20,
  deserialization: -22,
  clientNodeAlreadyAdded: -23,
  clientNodeNotAdded: -24,
  verify: -25,
  verifyRejected: -26,
  verifyAlreadyInChain: -27,
  inWarmup: -28,
  clientNodeNotConnected: -29,
  clientInvalidIpOrSubnet: -30,
  clientP2pDisabled: -31,
  clientNodeCapacityReached: -34,
  methodDeprecated: -32,
  limitExceeded: -37,
} as const

/** Thrown by a handler that was called in a way that only its help can set right: the caller gets that. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The error half of an answer. Thrown by a handler, it goes to the caller word for word. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: JsonOutput
  constructor(code: number, message: string, data?: JsonOutput) {
    super(message)
    this.code = code
    this.data = data
  }
}
