//! Sets and maps that are sorted vectors.
//!
//! Those of the standard library are thousands of lines of generated code for each type they
//! are of, and whoever uses the macros waits for all of them. These are tens, and mostly they
//! are filled in order.

use std::{borrow::Borrow, iter, mem, ops::Index, slice, vec};

/// Returns the place of a key among sorted entries, or else the one where it has to go.
fn place<E, K, Q>(entries: &[E], key: &Q, of: impl Fn(&E) -> &K) -> Result<usize, usize>
where
    K: Borrow<Q>,
    Q: Ord + ?Sized,
{
    match entries.last() {
        // Who fills it in order has nothing to look for.
        Some(last) if of(last).borrow() < key => Err(entries.len()),
        _ => entries.binary_search_by(|entry| of(entry).borrow().cmp(key)),
    }
}

/// A set whose values are in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set<T> {
    values: Vec<T>,
}

impl<T> Set<T> {
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.values.iter()
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl<T: Ord> Set<T> {
    /// Adds a value, and returns whether it is new.
    pub fn insert(&mut self, value: T) -> bool {
        let place = place(&self.values, &value, |value| value);
        if let Err(place) = place {
            self.values.insert(place, value);
        }
        place.is_err()
    }

    pub fn contains<Q>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        place(&self.values, value, |value| value).is_ok()
    }

    /// Removes a value, and returns whether it was there.
    pub fn remove<Q>(&mut self, value: &Q) -> bool
    where
        T: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let place = place(&self.values, value, |value| value);
        if let Ok(place) = place {
            self.values.remove(place);
        }
        place.is_ok()
    }

    /// Removes the least value.
    pub fn pop_first(&mut self) -> Option<T> {
        (!self.is_empty()).then(|| self.values.remove(0))
    }

    /// The values that the other set has not.
    pub fn difference<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = &'s T> {
        self.iter().filter(|value| !other.contains(*value))
    }

    pub fn is_disjoint(&self, other: &Self) -> bool {
        !self.iter().any(|value| other.contains(value))
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            self.insert(value);
        }
    }
}

impl<'t, T: Ord + Copy> Extend<&'t T> for Set<T> {
    fn extend<I: IntoIterator<Item = &'t T>>(&mut self, values: I) {
        self.extend(values.into_iter().copied());
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut set = Self::new();
        set.extend(values);
        set
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for Set<T> {
    fn from(values: [T; N]) -> Self {
        Self::from_iter(values)
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

impl<'s, T> IntoIterator for &'s Set<T> {
    type Item = &'s T;
    type IntoIter = slice::Iter<'s, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The entries of a map.
type Entries<'m, K, V> = iter::Map<slice::Iter<'m, (K, V)>, fn(&'m (K, V)) -> (&'m K, &'m V)>;

/// A map whose keys are in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Map<K, V> {
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    pub fn iter(&self) -> Entries<'_, K, V> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.entries.into_iter().map(|(_, value)| value)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Leaves the entries for which it says so.
    pub fn retain(&mut self, is_left: impl Fn(&K, &V) -> bool) {
        self.entries.retain(|(key, value)| is_left(key, value));
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: Ord, V> Map<K, V> {
    fn place<Q>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        place(&self.entries, key, |(key, _)| key)
    }

    /// Sets a key's value, and returns the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => Some(mem::replace(&mut self.entries[place].1, value)),
            Err(place) => {
                self.entries.insert(place, (key, value));
                None
            }
        }
    }

    /// Returns a key's value, which is made where there is none.
    pub fn or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let place = self.place(&key).unwrap_or_else(|place| {
            self.entries.insert(place, (key, value()));
            place
        });
        &mut self.entries[place].1
    }

    /// Returns a key's value, which is the default where there is none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let place = self.place(key).ok()?;
        Some(&self.entries[place].1)
    }

    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let place = self.place(key).ok()?;
        Some(&mut self.entries[place].1)
    }

    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.place(key).is_ok()
    }

    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let place = self.place(key).ok()?;
        Some(self.entries.remove(place).1)
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        Self::from_iter(entries)
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'m, K, V> IntoIterator for &'m Map<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = Entries<'m, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K, Q, V> Index<&Q> for Map<K, V>
where
    K: Ord + Borrow<Q>,
    Q: Ord + ?Sized,
{
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("the key is in the map")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Map, Set};

    /// Numbers in no order, some of them twice.
    fn numbers() -> impl Iterator<Item = usize> {
        (0..500).map(|i| i * 7919 % 301)
    }

    #[test]
    fn a_set_is_that_of_the_standard_library() {
        let (mut set, mut std) = (Set::new(), BTreeSet::new());
        for number in numbers() {
            assert_eq!(set.insert(number), std.insert(number));
            assert_eq!(set.remove(&(number / 2)), std.remove(&(number / 2)));
            assert_eq!(set.contains(&(number / 3)), std.contains(&(number / 3)));
        }
        assert!(set.iter().eq(&std));
        let (odd, other) = (numbers().map(|n| n | 1), numbers().map(|n| n | 1));
        let (odd, other) = (Set::from_iter(odd), BTreeSet::from_iter(other));
        assert!(set.difference(&odd).eq(std.difference(&other)));
        assert_eq!(set.is_disjoint(&odd), std.is_disjoint(&other));
        while let Some(first) = std.pop_first() {
            assert_eq!(set.pop_first(), Some(first));
        }
        assert!(set.is_empty() && set.is_disjoint(&odd));
    }

    #[test]
    fn a_map_is_that_of_the_standard_library() {
        let (mut map, mut std) = (Map::new(), BTreeMap::new());
        for (value, number) in numbers().enumerate() {
            assert_eq!(map.insert(number, value), std.insert(number, value));
            assert_eq!(map.remove(&(number / 2)), std.remove(&(number / 2)));
            assert_eq!(map.get(&(number / 3)), std.get(&(number / 3)));
            *map.or_default(number / 5) += 1;
            *std.entry(number / 5).or_default() += 1;
        }
        map.retain(|key, _| key % 3 > 0);
        std.retain(|key, _| key % 3 > 0);
        assert!(map.iter().eq(&std));
        assert_eq!(map.len(), std.len());
    }
}
