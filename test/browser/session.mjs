// Steps of users with the session panel: a menu at the right of the header or, without a session, a card.

/** Opens the menu, or the part of the card for tokens. Returns the field for a token. */
export async function tokenField(page) {
  const card = page.locator('.token-card');
  await card.or(sessionButton(page)).first().waitFor();
  if ((await card.count()) > 0) {
    const folded = card.locator('details:not([open]) summary');
    if ((await folded.count()) > 0) await folded.click();
    return card.getByLabel('Token', { exact: true });
  }
  await openMenu(page);
  return page.getByLabel('Token', { exact: true });
}

/** Pastes a token. Afterwards, the keyboard focus is on the page again. */
export async function enterToken(page, token) {
  const field = await tokenField(page);
  await field.fill(token);
  await sessionButton(page).waitFor();
  await page.evaluate(() => document.activeElement.blur());
}

/** Returns the page's token. */
export async function currentToken(page) {
  const token = await (await tokenField(page)).inputValue();
  await page.keyboard.press('Escape');
  return token;
}

/** Chooses a demo token by its owner. */
export async function readAs(page, owner) {
  const menu = await openMenu(page);
  await menu.getByLabel('Read as').selectOption(owner);
  await page.keyboard.press('Escape');
}

export async function signOut(page) {
  const menu = await openMenu(page);
  await menu.getByRole('button', { name: 'Sign out' }).click();
}

/** Returns the open menu. */
export async function openMenu(page) {
  const menu = page.getByRole('dialog', { name: 'Session' });
  if (!(await menu.isVisible())) await sessionButton(page).click();
  await menu.waitFor();
  return menu;
}

/** The user's name, which opens the menu. */
export function sessionButton(page) {
  return page.locator('.session-button');
}
