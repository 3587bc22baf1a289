/** The hub against a small model of what everybody should be shown. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { testProperty } from "../../../support/property.ts";
import { Model } from "./hub_model.ts";
import { step } from "./hub_model_steps.ts";
import { observed } from "./hub_model_user.ts";

testProperty(
  "everybody sees what others do once, in the same order, in all their rooms, wherever the ticks end",
  { weight: 60 },
  (check) => {
    check(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
        const model = new Model();
        for (const each of steps) model.apply(each);
        model.test.tick();
        for (const expected of model.all) {
          const { shown, ids } = observed(expected);
          if (model.present.includes(expected) && !expected.isAway) {
            assertEquals(shown, expected.shown, expected.nick);
          } else {
            // A user whose connection broke may have missed the end, but never the middle.
            assertEquals(shown, expected.shown.slice(0, shown.length), expected.nick);
          }
          assertEquals(
            ids,
            [...ids].sort((a, b) => a - b),
            "ids grow in the order in which they are sent",
          );
          assertEquals(new Set(ids).size, ids.length, "no id comes twice");
        }
        assertEquals(model.test.hub.userCount, model.present.length);
      }),
      { numRuns: 1000 },
    );
  },
);
