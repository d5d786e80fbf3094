import { bench } from 'vitest'
import { MAIN } from '@ply/primitives'
import { searchNonce } from './index.ts'

const HASHES = 100_000

bench(`${HASHES} header hashes`, () => {
  searchNonce({ ...MAIN.genesis.header, nonce: 0 }, HASHES)
})
