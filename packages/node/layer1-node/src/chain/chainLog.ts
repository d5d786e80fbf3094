import type { BlockNode, ScriptCheckReason } from '@ply/chain'
import { type BlockViolation, formatViolation } from '@ply/consensus'
import type { Logger } from '@ply/ports'
import { type BlockHeader, computeBlockHash, hashToDisplay, type NetworkParameters } from '@ply/primitives'

/** `2026-01-02T03:04:05Z` */
const formatDate = (time: number): string => new Date(time * 1000).toISOString().replace('.000', '')

/** Which of bitcoind's checks finds what is wrong with a header. */
function headerCheck({ reason }: BlockViolation): string {
  return reason === 'high-hash' ? 'CheckBlockHeader' : 'ContextualCheckBlockHeader'
}

/** What the log says about blocks, in the words that people look for in bitcoind's. */
export class ChainLog {
  readonly #logger: Logger
  readonly #prefix: string
  /** Why scripts were run last; null before the first block. */
  #checkReason: ScriptCheckReason | null | undefined = null

  /** `prefix`: stands before what is said of a new tip. */
  constructor(logger: Logger, prefix = '') {
    this.#logger = logger
    this.#prefix = prefix
  }

  /** What the chain is at the start; `progress` from 0 to 1. */
  loaded({ hash, height, time }: BlockNode, progress: number): void {
    const tip = `hashBestChain=${hashToDisplay(hash)} height=${height} date=${formatDate(time)}`
    this.#logger.log('info', `Loaded best chain: ${tip} progress=${progress.toFixed(6)}`)
  }

  /** `now` in milliseconds: by the clock we know how many headers there should be. */
  headersAccepted({ height, time }: BlockNode, now: number, { consensus }: NetworkParameters): void {
    const missing = Math.max(0, Math.trunc((now / 1000 - time) / consensus.powTargetSpacing))
    const percent = ((100 * height) / (height + missing)).toFixed(2)
    this.#logger.log('info', `Synchronizing blockheaders, height: ${height} (~${percent}%)`)
  }

  headerRefused(header: BlockHeader, violation: BlockViolation): void {
    const hash = hashToDisplay(computeBlockHash(header))
    const words =
      violation.failure === 'invalid-prev'
        ? `header ${hash} has prev block invalid: ${hashToDisplay(header.previousBlockHash)}`
        : violation.failure === 'cached-invalid'
          ? `AcceptBlockHeader: block ${hash} is marked invalid`
          : `AcceptBlockHeader: Consensus::${headerCheck(violation)}: ${hash}, ${formatViolation(violation)}`
    this.#logger.log('debug', words)
  }

  /** Whether the scripts of a block are run, and why: said when it is another than for the block before. */
  scriptChecks({ height, hash }: BlockNode, reason: ScriptCheckReason | undefined): void {
    if (reason === this.#checkReason) return
    this.#checkReason = reason
    const block = `block #${height} (${hashToDisplay(hash)})`
    this.#logger.log(
      'info',
      reason === undefined
        ? `Disabling script verification at ${block}.`
        : `Enabling script verification at ${block}: ${reason}.`,
    )
  }

  /** A block that was not stored. */
  blockRefused(violation: BlockViolation): void {
    this.#logger.log('error', `ProcessNewBlock: AcceptBlock FAILED (${formatViolation(violation)})`)
  }

  /** A stored block that could not be connected. */
  blockInvalid(node: BlockNode, violation: BlockViolation): void {
    const state = formatViolation(violation)
    this.#logger.log('info', `Block validation error: ${state}`)
    this.#logger.log('error', `ConnectTip: ConnectBlock ${hashToDisplay(node.hash)} failed, ${state}`)
  }

  tipMoved(
    { hash, height, version: bits, time, chainWork, chainTransactionCount }: BlockNode,
    level: 'info' | 'debug',
  ): void {
    const version = (bits >>> 0).toString(16).padStart(8, '0')
    const work = Math.log2(Number(chainWork)).toFixed(6)
    this.#logger.log(
      level,
      `${this.#prefix}UpdateTip: new best=${hashToDisplay(hash)} height=${height} version=0x${version} log2_work=${work} tx=${chainTransactionCount} date='${formatDate(time)}'`,
    )
  }
}
