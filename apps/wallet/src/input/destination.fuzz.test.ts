import { REGTEST } from '@ply/primitives'
import { createRandom, mutateText } from '@ply/testkit'
import { expect, test } from 'vitest'
import { CliError } from '../exitCode.ts'
import { createPaymentUri, parseDestination } from './destination.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 2000)
const ADDRESS = 'bcrt1qmpwzkuwsqc9snjvgdt4czhjsnywa5yjdqpxskv'
const PIECES = [
  ...['?', '&', '=', '%', '%20', '%zz', '+', 'amount=', 'req-x=1', 'label=', 'lightning=', '-', '.', '0', '1e9'],
  ...['21000000.00000001', 'bitcoin:', 'BITCOIN:', '\u00e9', '\n', ' '],
]

test('payment URIs (BIP 21) of any text are a destination, or a usage error', () => {
  const random = createRandom(21)
  const seeds = [ADDRESS, createPaymentUri(ADDRESS, 12_345n), `bitcoin:${ADDRESS}?amount=1.5&label=Caf%C3%A9&x=1`]
  let read = 0
  for (let run = 0; run < RUNS; run++) {
    try {
      const { scriptPubKey, amount } = parseDestination(mutateText(random, seeds, PIECES), REGTEST)
      expect(scriptPubKey.length).toBeGreaterThan(0)
      expect(amount ?? 0n).toBeGreaterThanOrEqual(0n)
      read++
    } catch (error) {
      expect(error).toBeInstanceOf(CliError)
    }
  }
  expect(read).toBeGreaterThan(RUNS / 50)
})
