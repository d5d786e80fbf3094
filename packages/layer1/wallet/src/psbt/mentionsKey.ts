import { equalBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { parseScript } from '@ply/script'

/** True if a script pushes the key or its HASH160. */
export function mentionsKey(script: Uint8Array, publicKey: Uint8Array): boolean {
  const operations = parseScript(script)
  const keyHash = hash160(publicKey)
  return (
    operations.ok &&
    operations.value.some(({ data }) => data && (equalBytes(data, publicKey) || equalBytes(data, keyHash)))
  )
}
