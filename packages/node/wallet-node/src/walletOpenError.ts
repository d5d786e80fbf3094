import { RPC_ERROR, RpcError } from '@ply/rpc'

/** What went wrong, as far as callers tell it apart. */
export type OpenFailure = 'verification' | 'loading' | 'plain' | 'missing' | 'exists' | 'loaded' | 'unnamed'

const CODES: Readonly<Record<OpenFailure, number>> = {
  verification: RPC_ERROR.wallet,
  loading: RPC_ERROR.wallet,
  plain: RPC_ERROR.wallet,
  missing: RPC_ERROR.walletNotFound,
  exists: RPC_ERROR.walletAlreadyExists,
  loaded: RPC_ERROR.walletAlreadyLoaded,
  unnamed: RPC_ERROR.invalidParameter,
}

const PREFIXES: Readonly<Partial<Record<OpenFailure, string>>> = {
  verification: 'Wallet file verification failed. ',
  missing: 'Wallet file verification failed. ',
  loading: 'Wallet loading failed. ',
}

/** A wallet that cannot be made or opened, in Bitcoin Core's words. */
export class WalletOpenError extends RpcError {
  readonly failure: OpenFailure
  /** Without what calls put in front of it. */
  readonly reason: string

  constructor(failure: OpenFailure, reason: string) {
    super(CODES[failure], (PREFIXES[failure] ?? '') + reason)
    this.failure = failure
    this.reason = reason
  }
}
