/** The seed of generated data. `SEED=…` sets another one. */
export const seed = Number(process.env.SEED ?? 20261125);

/** Returns how much to generate: a small amount, or everything with THOROUGH=1, which `npm run test:thorough` sets. */
export const amount = (defaultAmount: number, all: number) => (process.env.THOROUGH ? all : defaultAmount);
