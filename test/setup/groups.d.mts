export declare const groups: Record<string, string[]>;
