/** Answers whether it is the turn: true for every `n`th call, never for 0 or nothing. */
export function everyNth(n = 0): () => boolean {
  let count = 0
  return () => n > 0 && ++count % n === 0
}
