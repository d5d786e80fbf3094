// The reference page: every method with its help text, by groups.

/** A help text without the first line, which is the heading, and the examples, which are alike for all. */
function bodyOf(help) {
  const [signature, ...rest] = help.split('\n')
  const text = rest.join('\n').split('\nExamples:\n')[0].trim()
  const [description, ...sections] = text.split(/\n\n(?=Arguments:|Result|Named|Errors:)/)
  const block = sections.length > 0 ? `\n\n\`\`\`text\n${sections.join('\n\n')}\n\`\`\`` : ''
  return { signature, text: `${description}${block}` }
}

/** `helpOf` gives the help text of a method. */
export function formatMethods(title, methods, helpOf) {
  const groups = new Map()
  for (const method of methods) {
    const [{ name: group }] = method.tags
    groups.set(group, [...(groups.get(group) ?? []), method])
  }
  const parts = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, members]) => {
      const shown = members.map(({ name }) => {
        const { signature, text } = bodyOf(helpOf(name))
        return `#### ${name}\n\n\`${signature}\`\n\n${text}\n`
      })
      return `### ${group}\n\n${shown.join('\n')}`
    })
  return `## ${title}\n\n${parts.join('\n')}`
}
