// quicktype's Python, with other names for properties that would hide a name that its classes use: `from_dict` has a
// variable for each property, and a property with a default is a variable of the class.

import {
  funPrefixNamer,
  getOptionValues,
  JSONPythonRenderer,
  PythonTargetLanguage,
  pythonOptions,
} from 'quicktype-core';

const usedNames = [
  ...['obj', 'isinstance', 'staticmethod', 'cast', 'from_dict', 'to_dict', 'to_class', 'to_float', 'is_type'],
  ...['from_str', 'from_int', 'from_float', 'from_bool', 'from_none', 'from_list', 'from_union'],
];

class RenamingRenderer extends JSONPythonRenderer {
  protected override forbiddenForObjectProperties(
    ...ofClass: Parameters<JSONPythonRenderer['forbiddenForObjectProperties']>
  ) {
    const { names, ...others } = super.forbiddenForObjectProperties(...ofClass);
    return { ...others, names: [...names!, ...usedNames] };
  }

  /** In scripts without upper case, a class would get the same name as the property of its type. */
  protected override makeNamedTypeNamer() {
    const { nameStyle } = super.makeNamedTypeNamer();
    return funPrefixNamer('type', (name) => {
      const styled = nameStyle(name);
      return styled === styled.toLowerCase() ? `Class${styled}` : styled;
    });
  }
}

export class PythonTarget extends PythonTargetLanguage {
  protected override makeRenderer(...[context, options]: Parameters<PythonTargetLanguage['makeRenderer']>) {
    return new RenamingRenderer(this, context, getOptionValues(pythonOptions, options));
  }
}
