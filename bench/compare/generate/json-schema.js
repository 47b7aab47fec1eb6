// Parameters and bodies described by a JSON schema, in OpenAPI and in tools for agents.

const camelCase = (name) => name.replace(/[_-]([a-z])/g, (_, letter) => letter.toUpperCase());

/**
 * Returns a value of a JSON schema.
 * @param {object} schema
 * @param {{ values: object, definitions?: object, name?: string, owner?: string }} parts the parameter's name, and the
 *   name of the type that has it as a property
 */
export function valueBySchema(schema, parts) {
  const { values, definitions = {}, name, owner } = parts;
  const { random } = values;
  const typeName = schema.$ref?.split('/').at(-1);
  const { type, properties, required = [], items, enum: choices } = typeName ? (definitions[typeName] ?? {}) : schema;
  if (choices) return random.chance(95) ? random.pick(choices) : 'OTHER';
  const known = name === undefined ? undefined : values.byName(camelCase(name), owner);
  if (known !== undefined && Array.isArray(known) === (type === 'array')) return known;
  if (type === 'array') {
    const item = () => valueBySchema(items, { ...parts, name: undefined });
    return Array.from({ length: random.integer(1, 2) }, item);
  }
  if (type === 'object' && properties) {
    const usual = Object.keys(properties).filter((name) => !/^(AND|OR|NOT|after|before|last)$/.test(name));
    const chosen = new Set([...required, ...random.some(usual, typeName ? 2 : 4)]);
    const inner = (item) => valueBySchema(properties[item], { ...parts, name: item, owner: typeName });
    return Object.fromEntries([...chosen].map((item) => [item, inner(item)]));
  }
  if (type === 'boolean') return random.chance(50);
  if (type === 'integer') return values.integer();
  if (type === 'number') return values.decimal();
  return 'text';
}
