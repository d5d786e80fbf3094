import type { ExtendedKeyVersions } from '@ply/crypto'
import type { Block } from '../block.ts'
import type { BlockHash } from '../hash.ts'

export type NetworkName = 'main' | 'testnet4' | 'signet' | 'regtest'

/** Deployments whose activation is a height fixed in code (BIP 90). */
export type BuriedDeployment = 'bip34' | 'bip65' | 'bip66' | 'csv' | 'segwit'

/** A deployment that miners signal for (BIP 9). */
export interface VersionBitsDeployment {
  readonly bit: number
  /** Median time past at which signalling starts; `never` and `always` skip it. */
  readonly startTime: number | 'never' | 'always'
  /** Median time past at which an attempt fails; Infinity for none. */
  readonly timeout: number
  readonly minActivationHeight: number
  /** Blocks in a signalling period. */
  readonly period: number
  /** Signalling blocks in one period that lock the deployment in. */
  readonly threshold: number
}

/** What the coins are after a block: a snapshot of them can be gone on with before the blocks up to it were checked. */
export interface AssumeutxoData {
  readonly height: number
  readonly blockHash: BlockHash
  /** `hash_serialized_3` over all coins. */
  readonly coinsHash: Uint8Array
  /** Transactions of the chain up to and with the block. */
  readonly chainTransactionCount: number
}

/** Everything in which the networks differ, as data. Hashes are in internal byte order. */
export interface NetworkParameters {
  readonly name: NetworkName
  /** First four bytes of every peer message and block-file record. */
  readonly magic: Uint8Array
  readonly defaultPort: number
  readonly rpcPort: number
  /** Height from which on old blocks may be deleted. */
  readonly pruneAfterHeight: number
  /** Transactions of the chain at a time in seconds, and how many came per second before that: for estimates. */
  readonly transactionRate: { readonly time: number; readonly count: number; readonly perSecond: number }
  /** Blocks for which the coins are known, lowest first. */
  readonly assumeutxo: readonly AssumeutxoData[]
  readonly genesis: Block
  readonly genesisHash: BlockHash
  readonly address: {
    readonly pubKeyHash: number
    readonly scriptHash: number
    readonly secretKey: number
    readonly bech32Hrp: string
    readonly extendedKeys: ExtendedKeyVersions
    /** BIP 44 coin type: 0 on mainnet, 1 elsewhere. */
    readonly coinType: 0 | 1
    /** BOLT 11 prefix behind `ln`. */
    readonly invoiceHrp: string
  }
  readonly consensus: {
    /** Blocks between two halvings of the subsidy. */
    readonly subsidyHalvingInterval: number
    readonly buriedHeights: Readonly<Record<BuriedDeployment, number>>
    /** The block at which BIP 34 became active, for BIP 30's exception; undefined where it never mattered. */
    readonly bip34Hash: BlockHash | undefined
    readonly deployments: Readonly<Record<'testdummy', VersionBitsDeployment>>
    /** Blocks (display-order hash) that are checked with other script flags than their height would ask for. */
    readonly scriptFlagExceptions: Readonly<Record<string, readonly ('P2SH' | 'WITNESS' | 'TAPROOT')[]>>
    /** Highest target, as a number. */
    readonly powLimit: bigint
    /** Seconds of one retarget period, and between two blocks. */
    readonly powTargetTimespan: number
    readonly powTargetSpacing: number
    readonly powAllowMinDifficultyBlocks: boolean
    readonly powNoRetargeting: boolean
    readonly enforceBip94: boolean
    /** BIP 325 challenge script; undefined off signet. */
    readonly signetChallenge: Uint8Array | undefined
    readonly minimumChainWork: bigint
    /** Display-order hash of a block whose ancestors' scripts need no check by default. */
    readonly assumeValid: string | undefined
  }
}

/** Blocks between two difficulty adjustments. */
export function difficultyAdjustmentInterval(parameters: NetworkParameters): number {
  return parameters.consensus.powTargetTimespan / parameters.consensus.powTargetSpacing
}
