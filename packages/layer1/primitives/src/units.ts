import type { Brand } from '@ply/bytes'

/** An amount in satoshi. */
export type Sats = Brand<bigint, 'Sats'>
/** An amount in thousandths of a satoshi (Layer 2). */
export type Msats = Brand<bigint, 'Msats'>
export type BlockHeight = Brand<number, 'BlockHeight'>
/** Seconds since the Unix epoch, as block headers carry them. */
export type UnixTime = Brand<number, 'UnixTime'>

export const sats = (amount: bigint | number): Sats => BigInt(amount) as Sats
export const msats = (amount: bigint | number): Msats => BigInt(amount) as Msats
export const blockHeight = (height: number): BlockHeight => height as BlockHeight

/** Satoshi in one bitcoin. */
export const COIN = 100_000_000n
/** No amount, and no sum of amounts, may be over this (Bitcoin Core's MAX_MONEY). */
export const MAX_MONEY = 21_000_000n * COIN

/** True for an amount in [0, {@link MAX_MONEY}]. */
export const isMoneyRange = (amount: bigint): boolean => amount >= 0n && amount <= MAX_MONEY

/** Bitcoins with exactly eight decimals, as Bitcoin Core prints them: `-0.00000001`. */
export function formatBtc(amount: bigint): string {
  const magnitude = amount < 0n ? -amount : amount
  const fraction = (magnitude % COIN).toString().padStart(8, '0')
  return `${amount < 0n ? '-' : ''}${magnitude / COIN}.${fraction}`
}
