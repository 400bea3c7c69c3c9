import { within } from '../../platform/pages/page-rules.js';

/**
 * How a page is laid out, in Typst. What it says comes as JSON (`PageData`) and is text wherever it is set, never markup.
 * Each page carries the signature and the code to verify it by, so that none is worth anything without them.
 */
export const pageTemplate = String.raw`
#let it = json(bytes(sys.inputs.data))
#let small-paper = it.paper == "a5"
#let margin = if small-paper { 9mm } else { 15mm }
#let foot-height = if small-paper { 25mm } else { 29mm }
#let muted = luma(30%)
#let alarm = rgb("#a4001d")

${within}
#let section(it) = {
  block(sticky: true, above: 1.1em, below: .5em, text(weight: "bold", within(it.title)))
  for line in it.lines { block(above: .5em, below: .5em, grid(columns: (.8em, 1fr), "•", within(line))) }
}

#let looks = (
  name: words => text(weight: "bold", size: 1.1em, within(words)),
  generic: words => text(fill: muted, within(words)),
  dose: words => text(weight: "bold", within(words)),
  plain: words => within(words),
  note: words => text(fill: muted, within(words)),
)

// A medicine is not divided between pages, unless it fills one.
#let medicine(number, lines) = block(above: 1em, below: 1em, breakable: lines.map(line => line.text.len()).sum() > 1500,
  grid(columns: (1.7em, 1fr), text(weight: "bold", str(number) + "."), stack(spacing: .55em, ..lines.map(line => (looks.at(line.look))(line.text)))))

#let foot = context block(height: foot-height, width: 100%, clip: true, {
  set text(size: .82em)
  line(length: 100%, stroke: .5pt)
  grid(columns: (if it.verification == none { 0mm } else { 19mm }, 1fr, if small-paper { 42mm } else { 60mm }), column-gutter: 3mm,
    if it.verification != none { image(bytes(it.verification.qr), format: "svg", width: 19mm, alt: it.verification.address) },
    if it.verification != none {
      stack(spacing: .55em, it.verification.words, it.verification.address.replace("/rx/", "/rx/\u{200b}"), text(weight: "bold", it.verification.code), text(fill: muted, it.verification.hash))
    },
    align(center, { v(7mm); line(length: 100%, stroke: .4pt); stack(spacing: .5em, text(weight: "bold", it.signature.name), ..if it.signature.registration != none { (it.signature.registration,) }, ..it.signature.when.map(line => text(fill: muted, line))) }))
  place(bottom + center, dy: -1mm, text(fill: muted, it.title + "  ·  " + it.pageWord + " " + str(counter(page).get().first()) + " / " + str(counter(page).final().first())))
})

#let head = context if counter(page).get().first() > 1 { block(height: 1.4em, clip: true, width: 100%, text(size: .82em, fill: muted, it.running)) }

#set document(title: it.title, date: none)
#set page(paper: it.paper, margin: (x: margin, top: margin, bottom: foot-height + 8mm), header: head, header-ascent: 2mm, footer: foot, footer-descent: 3mm,
  background: if it.mark != none { rotate(-38deg, text(size: if small-paper { 34pt } else { 48pt }, weight: "bold", fill: luma(88%), it.mark)) })
#set text(font: it.families, size: if small-paper { 7.8pt } else { 9.6pt }, lang: it.lang, fallback: false, hyphenate: false)
#set par(leading: .6em)

#grid(columns: (1fr, 1fr), column-gutter: 6mm,
  stack(spacing: .6em, ..it.doctor.names.enumerate().map(((index, name)) => text(weight: "bold", size: if index == 0 { 1.35em } else { 1.1em }, within(name))), ..if it.doctor.registration != none { (within(it.doctor.registration),) }),
  align(right, stack(spacing: .6em, text(weight: "bold", size: 1.2em, within(it.place.practice)), within(it.place.chamber), text(fill: muted, within(it.place.address)))))
#line(length: 100%, stroke: 1pt)

#for notice in it.notices { block(width: 100%, inset: 2mm, above: 2mm, below: 2mm, stroke: 1pt + alarm, text(weight: "bold", fill: alarm, within(notice))) }

#let field(it) = stack(spacing: .45em, text(size: .8em, fill: muted, it.label), text(weight: "bold", within(it.value)))
#grid(columns: (2.2fr, 1fr, 1fr, 1fr), column-gutter: 3mm, row-gutter: 1em, ..it.fields.slice(0, 4).map(field))
#grid(columns: (1fr, 1fr, 1fr), column-gutter: 3mm, ..it.fields.slice(4).map(field))
#line(length: 100%, stroke: .5pt)

#grid(columns: (32%, 1fr),
  grid.cell(inset: (right: 3mm), for each in it.left { section(each) }),
  grid.vline(stroke: .5pt + muted),
  grid.cell(inset: (left: 4mm), {
    if it.items.len() > 0 { block(sticky: true, text(size: 1.9em, "℞")) }
    for (index, lines) in it.items.enumerate() { medicine(index + 1, lines) }
    if it.inAll != none { block(above: 1.2em, text(size: .85em, fill: muted, "— " + it.inAll + " —")) }
    for each in it.right { section(each) }
  }))
`;
