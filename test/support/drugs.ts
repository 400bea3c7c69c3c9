import type { World } from './world.js';

/** The fields of a medicine that tests look at. */
export const DRUG = 'id brand brandBn generic form strength doseUnit dispensing packSizes packUnit maker country ownAddition retired version ingredients { id name nameBn atcCode strength }';

/** A medicine that no catalogue has. */
export const inventedDrug = (fields: object = {}) => ({ brand: 'Shapla Own Mixture', form: 'SYRUP', ingredients: [{ name: 'Paracetamol', strength: '120 mg/5 ml' }], packSizes: [60], ...fields });

/** The catalogue as one person uses it. */
export class Drugs {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  async search(text: string, more: { first?: number; country?: 'BD' | 'AE' } = {}): Promise<any[]> {
    const { searchDrugs } = await this.world.ok(`query ($text: String!, $first: Int, $country: DrugCountry) { searchDrugs(text: $text, first: $first, country: $country) { match product { ${DRUG} } } }`, { text, ...more }, this.token);
    return searchDrugs;
  }

  /** What a search finds, each as brand, form and strength. */
  async found(text: string, more: { first?: number; country?: 'BD' | 'AE' } = {}): Promise<string[]> {
    return (await this.search(text, more)).map(({ product: { brand, form, strength } }) => `${brand} ${form} ${strength}`);
  }

  async add(fields: object = {}): Promise<any> {
    return (await this.world.ok(`mutation ($input: AddDrugProductInput!) { addDrugProduct(input: $input) { ${DRUG} } }`, { input: inventedDrug(fields) }, this.token)).addDrugProduct;
  }

  async edit(input: object): Promise<any> {
    return (await this.world.ok(`mutation ($input: EditDrugProductInput!) { editDrugProduct(input: $input) { ${DRUG} } }`, { input }, this.token)).editDrugProduct;
  }

  async retire({ id, version }: { id: string; version: number }): Promise<any> {
    return (await this.world.ok(`mutation ($id: UUID!, $version: Int!) { retireDrugProduct(id: $id, version: $version) { ${DRUG} } }`, { id, version }, this.token)).retireDrugProduct;
  }
}
