import { bench, describe } from 'vitest'
import { computeBlockHash, MAIN } from '@ply/primitives'
import { searchNonce } from './index.ts'
import { createNonceKernel } from './wasm/nonceKernel.ts'
import { SCALAR_LANES } from '@ply/crypto/wasm'

const HASHES = 20_000
const header = { ...MAIN.genesis.header, nonce: 0 }
const scalar = createNonceKernel([SCALAR_LANES])

describe(`${HASHES} header hashes (MH/s: hz ÷ 50)`, () => {
  bench('WebAssembly, four lanes where the engine has them', () => void searchNonce(header, HASHES))
  bench('WebAssembly, one lane', () => void searchNonce(header, HASHES, scalar))
  bench('JavaScript with midstate', () => void searchNonce(header, HASHES, 'none'))
  bench('@noble, whole header', () => {
    for (let nonce = 0; nonce < HASHES; nonce++) computeBlockHash({ ...header, nonce })
  })
})
