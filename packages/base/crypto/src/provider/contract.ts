import { assert } from '@ply/bytes'
import { aead } from './contract/aead.ts'
import { bip327Cases } from './contract/bip327.ts'
import { bip340Cases } from './contract/bip340.ts'
import type { ContractCase, ContractInput } from './contract/contractCase.ts'
import { differential } from './contract/differential.ts'
import { edgeCases, malformed, recovery } from './contract/edgeCases.ts'
import { keyEncodings, signatureEncodings } from './contract/encodings.ts'
import { sharedSecrets, tweaks } from './contract/points.ts'
import { selfTestProvider } from './selfTest.ts'

export type { ContractCase, ContractInput, ContractVectors } from './contract/contractCase.ts'

/** The suite that every {@link CryptoProvider} must pass: fixed answers, published vectors, agreement with @noble. */
export function providerContract({ random, vectors, rounds = 20 }: ContractInput): readonly ContractCase[] {
  return [
    {
      name: 'self-test',
      run(provider) {
        const wrong = selfTestProvider(provider)
        assert(wrong.length === 0, `wrong: ${wrong.join(', ')}`)
      },
    },
    ...(vectors ? [...bip340Cases(vectors.bip340Csv), ...bip327Cases(vectors.bip327)] : []),
    { name: 'edges of the group order and the field', run: edgeCases },
    { name: 'encodings of ECDSA signatures', run: signatureEncodings },
    { name: 'encodings of public keys', run: keyEncodings },
    { name: 'ECDH is the hash of the shared point', run: sharedSecrets },
    { name: 'tweaks are sums of points', run: tweaks },
    { name: 'malformed lengths', run: malformed },
    { name: 'exceptional recoveries', run: recovery },
    { name: 'authenticated encryption', run: (provider) => aead(provider, random) },
    {
      name: `${rounds} random rounds agree with @noble`,
      run(provider) {
        for (let round = 0; round < rounds; round++) differential(provider, random)
      },
    },
  ]
}
