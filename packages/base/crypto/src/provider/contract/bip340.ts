import { assert, bytesToHex } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { type ContractCase, hex } from './contractCase.ts'

/** Every row of BIP 340's test-vectors.csv. */
export function bip340Cases(csv: string): ContractCase[] {
  return csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const [index, secretKey, publicKey, auxRand, message, signature, verdict, comment] = line.split(',')
      return {
        name: `BIP 340 vector ${index}${comment ? ` (${comment})` : ''}`,
        run(provider: CryptoProvider): void {
          const [key, text, expected] = [hex(publicKey!), hex(message!), hex(signature!)]
          if (secretKey) {
            const made = provider.schnorrSign(text, hex(secretKey), hex(auxRand!))
            assert(made !== undefined && bytesToHex(made) === bytesToHex(expected), 'another signature')
          }
          assert(provider.schnorrVerify(text, expected, key) === (verdict === 'TRUE'), 'wrong verdict')
        },
      }
    })
}
