//! Numbers drawn from a seed (splitmix64): the same on every machine and for ever.
//!
//! Good enough to vary fixtures; of no use where a number must not be guessed.

/// A sequence of numbers.
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each tenant of a seed.
    pub fn of_tenant(seed: u64, number: usize) -> Self {
        let mut start = Self(seed);
        Self(start.next() ^ (number as u64).wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, or 0 if `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let drawn = self.next().checked_rem(bound as u64).unwrap_or(0);
        usize::try_from(drawn).unwrap_or(0)
    }

    /// `count` of the items, or all if there are fewer, in their own order.
    pub fn some_of<'a>(&mut self, items: &[&'a str], count: usize) -> Vec<&'a str> {
        let mut needed = count.min(items.len());
        let mut chosen = Vec::with_capacity(needed);
        for (index, item) in items.iter().enumerate() {
            if self.below(items.len() - index) < needed {
                chosen.push(*item);
                needed -= 1;
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_splitmix64() {
        let mut random = Random(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_choice_has_the_asked_size_and_order() {
        let mut random = Random::of_tenant(1, 1);
        let items = ["a", "b", "c", "d"];
        for count in 0..6 {
            let chosen = random.some_of(&items, count);
            assert_eq!(chosen.len(), count.min(4));
            assert!(chosen.is_sorted());
        }
        assert_eq!(random.below(0), 0);
    }
}
