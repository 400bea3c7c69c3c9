/** A rule of templates: `within(words)` sets words so that one that is wider than its column is broken where the column ends. */
export const within = String.raw`
#let within(words) = if words.split(" ").all(word => word.len() < 12) { words } else {
  layout(room => words.split(" ").map(word => if measure(word).width > room.width { word.clusters().join("\u{200b}") } else { word }).join(" "))
}
`;
