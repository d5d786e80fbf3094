/** A recursive computation of values of one type, written as a generator: it yields the computations that it needs. */
export type Task<T> = Generator<unknown, T, T>

/** Runs a task on a stack of its own, so that its depth is not bound by that of calls. */
export function runTask<T>(first: Task<T>): T {
  const stack = [first]
  let step = first.next()
  for (;;) {
    if (!step.done) {
      const inner = step.value as Task<T>
      stack.push(inner)
      step = inner.next()
      continue
    }
    stack.pop()
    const outer = stack.at(-1)
    if (!outer) return step.value
    step = outer.next(step.value)
  }
}
